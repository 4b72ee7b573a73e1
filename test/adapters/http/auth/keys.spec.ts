import { MetricsController } from '../../../../src/adapters/http/health/metrics.controller.js';
import { createApiKey, parseApiKeys } from '../../../../src/application/access/api-keys.js';
import type { Readiness as ReadinessShown } from '../../../../src/application/reporting/check-readiness.js';
import { Api } from '../../../support/facts/api.js';
import { eventually } from '../../../support/watching/eventually.js';
import { RawConnection } from '../../../support/processes/raw-connection.js';
import { SignedWebhooks } from '../../../support/facts/signed-webhooks.js';
import { startWaybill, stopWaybills, type Waybill } from '../../../support/worlds/waybill.js';

const admin = createApiKey('root', ['admin']);
const reader = createApiKey('support', ['read']);
const scraper = createApiKey('prometheus', ['metrics']);
const apiKeys = parseApiKeys(
  [admin, reader, scraper].map(({ configured }) => configured).join(','),
).keys;

let local: Waybill;
let reachable: Waybill;
/** Behind a proxy of its machine, which every request of the internet comes through. */
let proxied: Waybill;

beforeAll(async () => {
  local = await startWaybill({ config: { apiKeys } });
  reachable = await startWaybill({ config: { apiKeys, host: '0.0.0.0' } });
  proxied = await startWaybill({ config: { apiKeys, publicUrl: 'https://sms.example.com' } });
});
afterAll(stopWaybills);

const as = ({ url }: Waybill, key?: string) => new Api(url.replace('0.0.0.0', '127.0.0.1'), key);

it('slows an address down that sends wrong keys, counts them and logs one line', async () => {
  const statuses: number[] = [];
  for (let times = 0; times < 100; times++) {
    const answer = await as(local, `wb_wrong${times}`).get('/v1/messages');
    statuses.push(answer.status);
    const tooMany = answer.status === 429;
    expect(Number(answer.headers.get('retry-after')) > 0).toBe(tooMany);
  }
  expect(statuses).toEqual([...Array(20).fill(401), ...Array(80).fill(429)]);
  expect((await as(local, reader.key).get('/v1/messages')).status).toBe(200);
  expect((await as(local).get('/v1/messages')).status).toBe(401);
  const lines = local.log.lines.filter((line) => line.includes('API key that is not known'));
  expect(lines).toHaveLength(1);
  expect(local.log.found(['wb_wrong'])).toEqual([]);
  const { text } = await as(local).get('/metrics');
  expect(text).toContain('\nwaybill_api_keys_refused_total 100\n');
});

it('does not read the body of a caller without a key', async () => {
  const connection = await RawConnection.open(local.url);
  connection.write(
    'POST /v1/messages/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 16000000\r\n\r\n{',
  );
  expect(await connection.answers(1)).toEqual([401]);
  connection.close();
});

const guarded = ['/metrics', '/docs', '/docs/swagger-ui-init.js', '/openapi.json', '/openapi.yaml'];

describe('behind a proxy of this machine', () => {
  it.each(guarded)('asks for a key, whatever name the proxy writes into Host: %s', async (path) => {
    expect((await as(proxied).get(path)).status).toBe(401);
    expect((await as(proxied, admin.key).get(path)).status).toBe(200);
    expect(await statusUnder('sms.example.com', proxied, path)).toBe(401);
  });

  it.each(guarded)(
    'asks for a key under its name, also where PUBLIC_URL is not set: %s',
    async (path) => {
      expect(await statusUnder('sms.example.com', local, path)).toBe(401);
      expect(await statusUnder('sms.example.com', local, path, admin.key)).toBe(200);
      expect(await statusUnder('localhost:3000', local, path)).toBe(200);
    },
  );

  it('tells why a part does not work only to who has a key', async () => {
    const reason = 'the account acc-17 at db.internal is blocked';
    await as(proxied, admin.key).post('/v1/sending/hold', { reason });
    const told = async (key?: string) => (await as(proxied, key).get('/health/ready')).text;
    await eventually(async () => (await told(scraper.key)).includes(reason));
    expect(await told()).not.toContain(reason);
  });
});

/** The status that a page of a name of its own gets, or a client of a proxy that passes its name on. */
async function statusUnder(host: string, { url }: Waybill, path: string, key?: string) {
  const connection = await RawConnection.open(url);
  const authorization = key === undefined ? '' : `Authorization: Bearer ${key}\r\n`;
  connection.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${authorization}\r\n`);
  const [status] = await connection.answers(1);
  connection.close();
  return status;
}

describe('where other machines can reach the service', () => {
  it.each(guarded)('asks for a key: %s', async (path) => {
    const answer = await as(reachable).get(path);
    expect(answer.problem.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^(Basic|Bearer) realm="waybill"/);
    expect((await as(reachable, admin.key).get(path)).status).toBe(200);
    expect((await as(local).get(path)).status).toBe(200);
  });

  it('tells why a part does not work only to who has a key', async () => {
    const reason = 'the account acc-17 at db.internal is blocked';
    const reasonFor = async (asking: Api): Promise<string> => {
      const answer = await asking.get('/health/ready');
      return answer.as<ReadinessShown>(200).parts.sending.reason ?? '';
    };
    for (const waybill of [local, reachable]) {
      const hold = await as(waybill, admin.key).post('/v1/sending/hold', { reason });
      expect(hold.status).toBe(200);
      await eventually(async () => (await reasonFor(as(waybill, scraper.key))).includes(reason));
    }
    expect(await reasonFor(as(local))).toContain(reason);
    for (const stranger of [as(reachable), as(reachable, 'wb_wrong')]) {
      expect(await reasonFor(stranger)).toBe(
        'This instance does not hand messages over now. The log says why, and so does this answer to a request with an API key.',
      );
    }
    const { text } = await as(reachable, scraper.key).get('/metrics');
    expect(text).toContain('\nwaybill_api_keys_refused_total 1\n');
  });

  it('opens the metrics to a key with that scope, and nothing else', async () => {
    expect((await as(reachable, scraper.key).get('/metrics')).status).toBe(200);
    expect((await as(reachable, reader.key).get('/metrics')).status).toBe(403);
    expect((await as(reachable, scraper.key).get('/v1/messages')).status).toBe(403);
  });

  it('takes a key as the password that a browser asks for, but only to read the documentation', async () => {
    const authorization = `Basic ${Buffer.from(`anybody:${reader.key}`).toString('base64')}`;
    expect((await as(reachable).get('/docs', { authorization })).status).toBe(200);
    expect((await as(reachable).get('/v1/messages', { authorization })).status).toBe(401);
  });
});

it('serves a flood of scrapes from pages that it has', async () => {
  let made = 0;
  const controller = new MetricsController({ metrics: async () => `page ${++made}` });
  // Asked in one turn of the loop, so that a slow machine earns no further pages meanwhile.
  const pages = await Promise.all(Array.from({ length: 2_000 }, () => controller.scrape()));
  expect(made).toBeLessThan(200);
  expect(pages.at(-1)).toBe(`page ${made}`);
});

it('exports the ledger to so many readers at the same time', async () => {
  const webhooks = new SignedWebhooks(local.url, local.config);
  for (let times = 0; times < 60; times++) {
    await webhooks.post('status', String(times).repeat(100_000));
  }
  const stalled: RawConnection[] = [];
  const stall = async (): Promise<void> => {
    const connection = await RawConnection.open(local.url);
    stalled.push(connection);
    connection.stopReading();
    connection.write(
      `GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${admin.key}\r\n\r\n`,
    );
  };
  const ask = () => as(local, admin.key).get('/v1/events?limit=1');
  await eventually(async () => {
    if ((await ask()).status === 503) return true;
    await stall();
    return false;
  });
  expect((await ask()).headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  for (let times = 0; times < 20; times++) expect((await ask()).status).toBe(503);
  const lines = local.log.lines.filter((line) => line.includes('failed for a reason of ours'));
  // One line, and for each minute of the test one with the number of further failures.
  expect(lines.length).toBeLessThan(10);
  for (const connection of stalled) connection.close();
  await eventually(async () => (await ask()).status === 200);
});

it('ends an export under way when its key is revoked, so that nobody goes on reading', async () => {
  const made = await as(local, admin.key).post('/v1/keys', { name: 'auditor', scopes: ['audit'] });
  const { key } = made.as<{ readonly key: string }>(201);
  const headers = { authorization: `Bearer ${key}`, 'accept-encoding': 'identity' };
  const response = await fetch(`${local.url}/v1/events`, { headers });
  expect(response.status).toBe(200);
  const revoked = await as(local, admin.key).call('DELETE', '/v1/keys/auditor');
  expect(revoked.status).toBe(200);
  // Cut off, so that the reader does not take it for the whole ledger.
  const read = response.text().then(
    () => 'whole',
    () => 'cut off',
  );
  expect(await read).toBe('cut off');
});
