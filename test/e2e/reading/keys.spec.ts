import { createApiKey, parseApiKeys } from '../../../src/application/access/api-keys.js';
import { startService, type Service } from '../../../src/service.js';
import { Api } from '../../support/facts/api.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import { eventually } from '../../support/watching/eventually.js';
import { LogCapture } from '../../support/watching/log-capture.js';
import { RawConnection, rawRequest } from '../../support/processes/raw-connection.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
  type WaybillOptions,
} from '../../support/worlds/waybill.js';

interface KeyShown {
  readonly name: string;
  readonly state: string;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

const root = createApiKey('root', ['admin']);
const apiKeys = parseApiKeys(root.configured).keys;

afterAll(stopWaybills);

const start = ({ config, ...more }: WaybillOptions = {}) =>
  startWaybill({ ...more, config: { apiKeys, ...config } });
const as = ({ url }: { readonly url: string }, key: string = root.key) => new Api(url, key);

async function create(on: { readonly url: string }, name: string, more: object = {}) {
  const body = { name, scopes: ['read'], ...more };
  const answer = await as(on).post('/v1/keys', body);
  return answer.as<KeyShown & { readonly key: string }>(201);
}

const list = async (on: { readonly url: string }, query = '') =>
  (await as(on).get(`/v1/keys${query}`)).as<{
    readonly items: readonly KeyShown[];
    readonly nextCursor: string | null;
  }>(200);

/** When a key was last used: a request of it was admitted. */
const usesOf = async (on: { readonly url: string }, name: string) =>
  (await list(on)).items.find((key) => key.name === name)?.lastUsedAt ?? null;

const statusWith = async (on: { readonly url: string }, key: string) =>
  (await as(on, key).get('/v1/messages')).status;

describe('a key that is made while the service runs', () => {
  let waybill: Waybill;

  beforeAll(async () => {
    waybill = await start();
  });

  it('is shown once, does what its scopes allow, and leaves no trace of itself', async () => {
    const { key, ...view } = await create(waybill, 'shop', { scopes: ['send'] });
    expect(key).toMatch(/^wb_shop_[\w-]{43}$/);
    expect(view).toMatchObject({
      name: 'shop',
      state: 'active',
      source: 'ledger',
      scopes: ['send'],
      limits: { requestsPerSecond: null },
      createdBy: 'root',
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
    });
    const sent = await as(waybill, key).post('/v1/messages', { to: recipient(), text: 'x' });
    expect(sent.status).toBe(202);
    expect(await statusWith(waybill, key)).toBe(403);
    expect(await statusWith(waybill, `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`)).toBe(
      401,
    );
    const listed = await as(waybill).get('/v1/keys');
    const exported = await as(waybill).get('/v1/events');
    expect(exported.text).toContain('KeyCreated');
    for (const { text } of [listed, exported]) expect(text).not.toContain(key.slice(-43));
    expect(listed.text).not.toMatch(/[0-9a-f]{64}/);
    expect(waybill.log.found([key.slice(-43)])).toEqual([]);
  });

  it('is refused at once when it is revoked, and its name stays taken', async () => {
    const { key } = await create(waybill, 'old');
    expect(await statusWith(waybill, key)).toBe(200);
    const revoked = (await as(waybill).call('DELETE', '/v1/keys/old')).as<KeyShown>(200);
    expect(revoked).toMatchObject({ name: 'old', state: 'revoked', revokedBy: 'root' });
    const refused = await as(waybill, key).get('/v1/messages');
    expect(refused.problem).toMatchObject({
      status: 401,
      detail: expect.stringContaining('revoked'),
    });
    const again = (await as(waybill).call('DELETE', '/v1/keys/old')).as<KeyShown>(200);
    expect(again.revokedAt).toBe(revoked.revokedAt);
    const taken = await as(waybill).post('/v1/keys', { name: 'old', scopes: ['read'] });
    expect(taken.problem).toMatchObject({ status: 409, type: '/problems/key-name-taken' });
  });

  it.each(['/v1/messages', '/v1/messages/batch'])(
    'does nothing by a body that ends after the key was revoked: %s',
    async (path) => {
      const name = `slow${path.replaceAll('/', '.')}`;
      const { key } = await create(waybill, name, { scopes: ['send'] });
      const to = recipient();
      const message = JSON.stringify({ to, text: 'x' });
      const body = path.endsWith('batch') ? `{"messages":[${message}]}` : message;
      const connection = await RawConnection.open(waybill.url);
      const head = [`Authorization: Bearer ${key}`, 'Content-Type: application/json'];
      const length = `Content-Length: ${body.length}`;
      connection.write(rawRequest(path, [...head, length], body.slice(0, -1)));
      await eventually(async () => (await usesOf(waybill, name)) !== null);
      expect((await as(waybill).call('DELETE', `/v1/keys/${name}`)).status).toBe(200);
      connection.write(body.slice(-1));
      expect(await connection.answers(1)).toEqual([401]);
      connection.close();
      const sent = await as(waybill).get(`/v1/contacts/${to}`);
      expect(sent.as<object>(200)).toMatchObject({ conversation: { items: [] } });
    },
  );

  it('cannot have the name of a key of API_KEYS, nor can that be revoked', async () => {
    const taken = await as(waybill).post('/v1/keys', { name: 'root', scopes: ['read'] });
    expect(taken.problem).toMatchObject({ status: 409, type: '/problems/key-name-taken' });
    const configured = await as(waybill).call('DELETE', '/v1/keys/root');
    expect(configured.problem).toMatchObject({ status: 409, type: '/problems/key-configured' });
    const unknown = await as(waybill).call('DELETE', '/v1/keys/nobody');
    expect(unknown.problem).toMatchObject({ status: 404, type: '/problems/key-not-found' });
  });

  it('is asked for with all faults named at once', async () => {
    const answer = await as(waybill).post('/v1/keys?x=1', {
      name: 'sh op',
      scopes: ['everything'],
      expiresAt: 'tomorrow',
      limits: { requestsPerSecond: 0, perDay: 5 },
      surprise: 1,
    });
    expect(answer.problem.errors?.map((fault) => fault.pointer ?? fault.parameter)).toEqual(
      expect.arrayContaining([
        '/name',
        '/scopes',
        '/expiresAt',
        '/limits/requestsPerSecond',
        '/limits/perDay',
        '/surprise',
        'x',
      ]),
    );
    const over = { name: 'late', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' };
    expect((await as(waybill).post('/v1/keys', over)).problem.errors).toMatchObject([
      { pointer: '/expiresAt' },
    ]);
    for (const limits of [7, [], 'x']) {
      const body = { name: 'x', scopes: ['read'], limits };
      expect((await as(waybill).post('/v1/keys', body)).problem.errors).toMatchObject([
        { pointer: '/limits' },
      ]);
    }
  });

  it.each(['.', '..'])('has no name that clients cut out of an address: %s', async (name) => {
    const answer = await as(waybill).post('/v1/keys', { name, scopes: ['read'] });
    expect(answer.problem.errors).toMatchObject([
      { pointer: '/name', detail: expect.stringContaining('not . or .. alone') },
    ]);
    // Nobody could revoke such a key: this is how the address arrives.
    expect(new URL(`/v1/keys/${encodeURIComponent(name)}`, waybill.url).pathname).not.toContain(
      `keys/${name}`,
    );
  });

  it('is made, listed and revoked by admin only', async () => {
    const { key } = await create(waybill, 'everything-else', {
      scopes: ['send', 'read', 'audit', 'metrics'],
    });
    const api = as(waybill, key);
    for (const answer of [
      await api.post('/v1/keys', { name: 'mine', scopes: ['admin'] }),
      await api.get('/v1/keys'),
      await api.call('DELETE', '/v1/keys/shop'),
    ]) {
      expect(answer.status).toBe(403);
    }
  });

  it('is made once of two requests for one name', async () => {
    const body = { name: 'contested', scopes: ['read'] };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => as(waybill).post('/v1/keys', body)),
    );
    const statuses = answers.map(({ status }) => status).toSorted((left, right) => left - right);
    expect(statuses).toEqual([201, 409, 409, 409, 409]);
  });

  it('is listed newest first, page by page, behind those of API_KEYS', async () => {
    const fresh = await start();
    for (const name of ['one', 'two', 'three']) await create(fresh, name);
    const first = await list(fresh, '?limit=2');
    expect(first.items.map(({ name }) => name)).toEqual(['root', 'three', 'two']);
    const second = await list(fresh, `?limit=2&cursor=${first.nextCursor}`);
    expect([second.items.map(({ name }) => name), second.nextCursor]).toEqual([['one'], null]);
    expect((await as(fresh).get('/v1/keys?cursor=x')).status).toBe(400);
  });

  it('outlives a restart, with its last use and its revocation', async () => {
    const fresh = await start();
    const kept = await create(fresh, 'kept');
    const gone = await create(fresh, 'gone');
    expect(await statusWith(fresh, kept.key)).toBe(200);
    await as(fresh).call('DELETE', '/v1/keys/gone');
    // The use of a key is recorded outside the request.
    await eventually(async () => {
      const { lines } = await as(fresh).get('/v1/events');
      const used = lines
        .map((line) => JSON.stringify(line))
        .filter((line) => /"KeyUsed"/.test(line));
      return used.some((line) => line.includes('"kept"'));
    });
    await fresh.stop();
    await fresh.start();
    const { items } = await list(fresh);
    expect(items.find(({ name }) => name === 'kept')?.lastUsedAt).toMatch(/Z$/);
    expect(items.find(({ name }) => name === 'root')?.lastUsedAt).toMatch(/Z$/);
    expect(items.find(({ name }) => name === 'gone')?.lastUsedAt).toBeNull();
    expect(await statusWith(fresh, kept.key)).toBe(200);
    expect(await statusWith(fresh, gone.key)).toBe(401);
  });

  it('gives way to a key of the same name in API_KEYS', async () => {
    const fresh = await start();
    const { key } = await create(fresh, 'shop');
    const configured = createApiKey('shop', ['read']);
    await fresh.stop();
    const both = parseApiKeys(`${root.configured},${configured.configured}`).keys;
    const service = await startService({ ...fresh.config, apiKeys: both }, fresh.log.logger);
    expect(await statusWith(service, configured.key)).toBe(200);
    const refused = await as(service, key).get('/v1/messages');
    expect(refused.problem).toMatchObject({
      status: 401,
      detail: expect.stringContaining('API_KEYS'),
    });
    const { items } = await list(service);
    expect(items.map(({ name, state }) => [name, state])).toEqual([
      ['root', 'active'],
      ['shop', 'active'],
      ['shop', 'replaced'],
    ]);
    await service.stop();
  });
});

it('expires by the time that passes, not by a step of the wall clock', async () => {
  const time = new SettableTime();
  const waybill = await start({ time });
  const expiresAt = new Date(time.wallMs() + 3_600_000).toISOString();
  const { key } = await create(waybill, 'hour', { expiresAt });
  time.stepWall(7_200_000);
  expect(await statusWith(waybill, key)).toBe(200);
  time.stepWall(-7_200_000);
  time.pass(3_599_000);
  expect(await statusWith(waybill, key)).toBe(200);
  time.pass(1_000);
  const refused = await as(waybill, key).get('/v1/messages');
  expect(refused.problem).toMatchObject({
    status: 401,
    detail: expect.stringContaining('expired'),
  });
  expect((await list(waybill)).items.find(({ name }) => name === 'hour')?.state).toBe('expired');
});

it('answers 429 beyond the request rate of a key, and says what is left', async () => {
  const time = new SettableTime();
  const waybill = await start({ time });
  const { key } = await create(waybill, 'slow', { limits: { requestsPerSecond: 2 } });
  const other = await create(waybill, 'other', { limits: { requestsPerSecond: 2 } });
  const ask = async () => {
    const { status, headers } = await as(waybill, key).get('/v1/messages');
    return [status, headers.get('ratelimit'), headers.get('retry-after')];
  };
  expect(await ask()).toEqual([200, '"requests";r=1;t=1', null]);
  expect(await ask()).toEqual([200, '"requests";r=0;t=1', null]);
  const { problem, headers } = await as(waybill, key).get('/v1/messages');
  expect(problem).toMatchObject({ status: 429, type: '/problems/rate-limited' });
  expect(headers.get('ratelimit-policy')).toBe('"requests";q=2;w=1');
  expect(headers.get('retry-after')).toBe('1');
  expect(await statusWith(waybill, other.key)).toBe(200);
  time.pass(500);
  expect(await ask()).toEqual([200, '"requests";r=0;t=1', null]);
  time.stepWall(-86_400_000);
  time.pass(1_000);
  expect(await ask()).toEqual([200, '"requests";r=1;t=1', null]);
  const unlimited = await as(waybill).get('/v1/messages');
  expect(unlimited.headers.get('ratelimit')).toBeNull();
});

it('holds a caller to their key on a service that asks for none', async () => {
  const keyless = await startWaybill();
  const made = (await keyless.api.post('/v1/keys', { name: 'reader', scopes: ['read'] })).as<{
    key: string;
  }>(201);
  const message = { to: recipient(), text: 'x' };
  expect((await as(keyless, made.key).get('/v1/messages')).status).toBe(200);
  expect((await as(keyless, made.key).post('/v1/messages', message)).status).toBe(403);
  await keyless.api.call('DELETE', '/v1/keys/reader');
  expect((await as(keyless, made.key).get('/v1/messages')).status).toBe(401);
  for (const api of [keyless.api, as(keyless, 'wb_whatever')]) {
    expect((await api.post('/v1/messages', message)).status).toBe(202);
  }
});

describe('two instances on one EventStoreDB', () => {
  let double: EventStoreDbDouble;
  const services: Service[] = [];
  const time = new SettableTime();

  beforeAll(async () => {
    double = await EventStoreDbDouble.start();
    const { config } = await startWaybill({ started: false, config: { apiKeys } });
    for (const clock of [undefined, time]) {
      services.push(
        await startService(
          {
            ...config,
            eventStore: { kind: 'eventstoredb', url: double.url },
            readModel: { kind: 'sqlite', directory: null },
          },
          new LogCapture().logger,
          clock,
        ),
      );
    }
  });

  afterAll(async () => {
    for (const service of services) await service.stop();
    double.stop();
  });

  it('share keys: a new one works on both at once, a revoked one for a second at most', async () => {
    const [here, there] = services as [Service, Service];
    const { key } = await create(here, 'shared');
    expect(await statusWith(there, key)).toBe(200);
    await as(here).call('DELETE', '/v1/keys/shared');
    expect(await statusWith(here, key)).toBe(401);
    time.pass(1_000);
    // Where reading the ledger takes longer than a caller waits, the next caller learns it.
    await eventually(async () => (await statusWith(there, key)) === 401);
    expect((await list(there)).items.map(({ name, state }) => [name, state])).toEqual([
      ['root', 'active'],
      ['shared', 'revoked'],
    ]);
  });
});
