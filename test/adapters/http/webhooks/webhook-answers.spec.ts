import { connect } from 'node:net';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { createHash, randomUUID } from 'node:crypto';
import { verifySignature } from '@vonage/jwt';
import { webhookRefusalReasons } from '../../../../src/adapters/http/webhooks/verify-webhook.js';
import { SettableTime } from '../../../support/doubles/settable-time.js';
import type { EventShown } from '../../../support/facts/api.js';
import { eventually } from '../../../support/watching/eventually.js';
import {
  bytesOf,
  inboundBody,
  SignedWebhooks,
  statusBody,
} from '../../../support/facts/signed-webhooks.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../../support/worlds/waybill.js';

let waybill: Waybill;
let webhooks: SignedWebhooks;

beforeAll(async () => {
  waybill = await startWaybill();
  webhooks = new SignedWebhooks(waybill.url, waybill.config);
});

afterAll(stopWaybills);

const eventsOf = async ({ api }: Waybill) => (await api.get('/v1/events')).lines as EventShown[];

/** All but the outages: each 503 of another test begins one. */
const ledger = async () => (await eventsOf(waybill)).filter(({ type }) => type !== 'OutageNoticed');

/** Returns the events that a call adds to the ledger. */
async function added(call: () => Promise<unknown>): Promise<readonly EventShown[]> {
  const before = (await ledger()).length;
  await call();
  return (await ledger()).slice(before);
}

const evidenceIn = ([event]: readonly EventShown[]) =>
  event?.metadata['webhook'] as {
    readonly token: string;
    readonly rawBody: string;
    readonly rawBodyEncoding: 'utf8';
  };

const counted = async (webhook: string, result: string): Promise<number> => {
  const { text } = await waybill.api.get('/metrics');
  const line = text
    .split('\n')
    .find((one) =>
      one.startsWith(`waybill_webhooks_total{webhook="${webhook}",result="${result}"}`),
    );
  return Number(line?.split(' ').at(-1) ?? 0);
};

describe('what is safe with us is answered 204', () => {
  it.each([
    ['a new report', statusBody('submitted'), 'applied'],
    ['a message that somebody sent', { ...inboundBody(), text: 'Thank you' }, 'applied'],
  ])('%s', async (_, body, result) => {
    const kind = 'text' in body ? 'inbound' : 'status';
    const before = await counted(kind, result);
    const events = await added(async () => {
      const answer = await webhooks.post(kind, body);
      expect([answer.status, answer.text]).toEqual([204, '']);
    });
    expect(events).toHaveLength(1);
    expect(await counted(kind, result)).toBe(before + 1);
  });

  it.each(['status', 'inbound'] as const)(
    'an exact repeat, which adds nothing: %s',
    async (kind) => {
      const body = kind === 'status' ? statusBody('submitted') : inboundBody();
      await webhooks.post(kind, body);
      const before = await counted(kind, 'repeated');
      const events = await added(async () => {
        const answers = await Promise.all([1, 2, 3].map(() => webhooks.post(kind, body)));
        expect(answers.map(({ status }) => status)).toEqual([204, 204, 204]);
      });
      expect(events).toEqual([]);
      expect(await counted(kind, 'repeated')).toBe(before + 3);
    },
  );

  it('a report that the state machine refuses', async () => {
    const message_uuid = randomUUID();
    await webhooks.post('status', statusBody('delivered', { message_uuid }));
    const before = await counted('status', 'refused');
    const events = await added(async () => {
      const answer = await webhooks.post('status', statusBody('submitted', { message_uuid }));
      expect(answer.status).toBe(204);
    });
    expect(events).toMatchObject([{ type: 'StatusRefused', data: { reason: 'late' } }]);
    expect(await counted('status', 'refused')).toBe(before + 1);
  });
});

describe('what is signed and not understood is kept in quarantine and answered 204', () => {
  const zeroes = Buffer.alloc(200 * 1024);
  const manyQuotes = inboundBody({ text: '"'.repeat(125_000) });
  const noUtf8 = Buffer.from([0xff, 0xfe, 0x00, 0x80]);

  it.each<[string, 'status' | 'inbound', unknown, RegExp]>([
    ['an unknown status', 'status', statusBody('teleported'), /unknown status "teleported"/],
    ['no status', 'status', { message_uuid: randomUUID() }, /names no status/],
    ['an inbound message at the wrong address', 'status', inboundBody(), /inbound message/],
    ['no JSON', 'status', 'hello', /not a JSON object/],
    ['JSON that is no object', 'inbound', '[]', /not a JSON object/],
    ['an empty body', 'status', '', /not a JSON object/],
    ['no message_uuid', 'status', { status: 'delivered' }, /names no message_uuid/],
    ['a message_uuid that is none', 'inbound', { message_uuid: '../x' }, /is not a UUID/],
    [
      'a receipt of the older SMS API',
      'status',
      { msisdn: '447700900123', messageId: '0A', 'err-code': '0', status: 'delivered' },
      /older SMS API/,
    ],
    ['bytes that are no text', 'status', noUtf8, /not a JSON object/],
    ['bytes that JSON would blow up', 'status', zeroes, /not a JSON object/],
    ['more than one event can hold', 'inbound', manyQuotes, /more than one event can hold/],
  ])('%s', async (_, kind, body, reason) => {
    const events = await added(async () => {
      const answer = await webhooks.post(kind, body);
      expect([answer.status, answer.text]).toEqual([204, '']);
    });
    expect(events).toMatchObject([
      {
        type: 'WebhookQuarantined',
        stream: `quarantine-${new Date().toISOString().slice(0, 10)}`,
        data: { webhook: kind, reason: expect.stringMatching(reason) },
      },
    ]);
    const { rawBody, rawBodyEncoding } = evidenceIn(events);
    const kept = Buffer.from(rawBody, rawBodyEncoding);
    expect(kept.equals(bytesOf(body))).toBe(true);
  });

  it('with the token that signed it, which can be checked again', async () => {
    const body = statusBody('submitted');
    const events = await added(() => webhooks.post('status', body));
    const { token } = evidenceIn(events);
    expect(verifySignature(token, waybill.config.vonage.signatureSecrets[0] ?? '')).toBe(true);
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({
      payload_hash: createHash('sha256').update(bytesOf(body)).digest('hex'),
    });
  });

  it('once, however often it comes', async () => {
    const events = await added(async () => {
      for (let times = 0; times < 3; times++) {
        expect((await webhooks.post('status', 'the same again')).status).toBe(204);
      }
    });
    expect(events).toHaveLength(1);
  });

  it('and logged when it is kept: the first at once, and many no line each', async () => {
    const other = await startWaybill();
    const there = new SignedWebhooks(other.url, other.config);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => there.post('status', `unknown ${index}`)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
    const lines = other.log.lines.filter((line) => line.includes('was not understood'));
    expect(lines).toHaveLength(1);
    await other.end();
  });

  it('another message under a uuid that is taken', async () => {
    const body = inboundBody();
    await webhooks.post('inbound', body);
    const before = await counted('inbound', 'quarantined');
    const events = await added(() => webhooks.post('inbound', { ...body, text: 'other' }));
    expect(events).toMatchObject([
      { type: 'WebhookQuarantined', data: { reason: expect.stringContaining('already recorded') } },
    ]);
    expect(await counted('inbound', 'quarantined')).toBe(before + 1);
  });
});

describe('what nobody signed', () => {
  it('is asked for again and not stored', async () => {
    const before = await counted('status', 'unsigned');
    const events = await added(async () => {
      const answer = await webhooks.postAs('status', statusBody('delivered'));
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
      expect(answer.problem).toMatchObject({ status: 503, title: 'Service Unavailable' });
    });
    expect(events).toEqual([]);
    expect(await counted('status', 'unsigned')).toBe(before + 1);
    // The older SMS API signs otherwise, and nothing else says that the account is set to it.
    expect(
      waybill.log.says('the default SMS setting of the account is not \\"Messages API\\"'),
    ).toBe(true);
  });
});

describe('what does not prove that Vonage sent it is answered 401 and not stored', () => {
  const nowSeconds = () => Math.floor(Date.now() / 1000);
  const body = bytesOf(statusBody('delivered'));
  const token = (...args: Parameters<SignedWebhooks['token']>) =>
    `Bearer ${webhooks.token(...args)}`;

  it.each<[string, () => string]>([
    ['another scheme', () => 'Basic dXNlcjpwYXNz'],
    ['no token', () => 'Bearer x'],
    ['another secret', () => token(body, {}, undefined, 'some other secret')],
    ['another body', () => token(Buffer.from('{}'))],
    ['no payload hash', () => token(body, { payload_hash: undefined })],
    ['another algorithm', () => token(body, {}, { alg: 'HS512', typ: 'JWT' })],
    ['no algorithm', () => token(body, {}, { alg: 'none' })],
    ['another issuer', () => token(body, { iss: 'Nobody' })],
    ['another application', () => token(body, { application_id: randomUUID() })],
    ['another account', () => token(body, { api_key: 'ffffffff' })],
    ['a signature of yesterday', () => token(body, { iat: nowSeconds() - 25 * 3_600 - 5 })],
    ['a signature of tomorrow', () => token(body, { iat: nowSeconds() + 5 * 60 + 5 })],
    ['no time', () => token(body, { iat: undefined })],
  ])('%s', async (_, authorization) => {
    const before = await counted('status', 'rejected');
    const events = await added(async () => {
      const answer = await webhooks.postAs('status', body, authorization());
      expect(answer.problem).toMatchObject({ status: 401 });
      expect(answer.headers.get('retry-after')).toBeNull();
    });
    expect(events).toEqual([]);
    expect(await counted('status', 'rejected')).toBe(before + 1);
  });

  it('and counts afterwards with the reason, without anything that came', async () => {
    interface Refused {
      readonly items: readonly { readonly reason: string; readonly count: number }[];
    }
    const list = () => waybill.api.get('/v1/refused-webhooks');
    await webhooks.postAs('inbound', body);
    const { items } = (await list()).as<Refused>(200);
    const reasons = items.map(({ reason }) => reason);
    expect(reasons).toEqual(expect.arrayContaining(['unsigned', ...webhookRefusalReasons]));
    const before = items.find(({ reason }) => reason === 'signature')?.count ?? 0;
    await webhooks.postAs('status', body, token(body, {}, undefined, 'some other secret'));
    const listed = await list();
    expect(listed.as<Refused>(200).items[0]).toMatchObject({
      webhook: 'status',
      reason: 'signature',
      status: 401,
      count: before + 1,
    });
    expect(listed.text).not.toMatch(/message_uuid|447700900123|eyJ/);
  });

  it.each([
    ['almost a day old', () => ({ iat: nowSeconds() - 25 * 3_600 + 60 })],
    ['a little early', () => ({ iat: nowSeconds() + 4 * 60 })],
    ['without an application', () => ({ application_id: undefined })],
  ])('but takes a signature that is %s', async (_, claims) => {
    expect((await webhooks.post('status', statusBody('submitted'), claims())).status).toBe(204);
  });

  it('is asked for again with WEBHOOK_REJECT_STATUS=503, while secrets are replaced', async () => {
    const rotating = await startWaybill({
      config: { webhookRejectStatus: 503 },
      vonage: { signatureSecrets: ['the new secret', 'the old secret'] },
    });
    const there = new SignedWebhooks(rotating.url, rotating.config);
    const forged = `Bearer ${there.token(body, {}, undefined, 'an older secret')}`;
    const answer = await there.postAs('status', body, forged);
    expect(answer.problem).toMatchObject({ status: 503 });
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    for (const secret of rotating.config.vonage.signatureSecrets) {
      const genuine = `Bearer ${there.token(body, {}, undefined, secret)}`;
      expect((await there.postAs('status', body, genuine)).status).toBe(204);
    }
    // Whoever knows the address can send a wrong signature: that must not hold up the sending.
    await rotating.stop();
    await rotating.start();
    expect((await eventsOf(rotating)).map(({ type }) => type)).not.toContain('OutageNoticed');
    await rotating.end();
  });
});

describe('what is larger than 256 KiB is answered 413', () => {
  const limit = 256 * 1024;

  it('when its length is announced', async () => {
    const fits = statusBody('submitted', { filler: '' });
    const filler = 'x'.repeat(limit - bytesOf(fits).length);
    expect((await webhooks.post('status', { ...fits, filler })).status).toBe(204);
    const answer = await webhooks.post('status', { ...fits, filler: `${filler}x` });
    expect(answer.problem).toMatchObject({ status: 413 });
  });

  it('when its length is not', async () => {
    const { hostname, port } = new URL(waybill.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    let heard = '';
    socket.on('data', (bytes: Buffer) => (heard += bytes.toString()));
    socket.on('error', () => undefined);
    socket.write(
      `POST /webhooks/status HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nAuthorization: Bearer ${webhooks.token(bytesOf(''))}\r\n\r\n`,
    );
    const chunk = `${(32 * 1024).toString(16)}\r\n${'x'.repeat(32 * 1024)}\r\n`;
    for (let chunks = 0; chunks < 9; chunks++) socket.write(chunk);
    await eventually(() => heard.includes('\r\n\r\n'));
    expect(heard).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });
});

it('records that it refused one while it stopped, so that other instances wait for the repeat', async () => {
  const stopping = await startWaybill();
  const there = new SignedWebhooks(stopping.url, stopping.config);
  const body = bytesOf(statusBody('submitted'));
  const { hostname, port } = new URL(stopping.url);
  const socket = connect(Number(port), hostname);
  let heard = '';
  socket.on('data', (bytes: Buffer) => (heard += bytes.toString()));
  socket.write(
    `POST /webhooks/status HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\nAuthorization: Bearer ${there.token(body)}\r\n\r\n`,
  );
  await eventually(() => heard.startsWith('HTTP/1.1 100 '));
  const stopped = stopping.stop();
  socket.write(body);
  await eventually(() => heard.includes('HTTP/1.1 503 '));
  await stopped;
  await stopping.start();
  const outages = (await eventsOf(stopping)).filter(({ type }) => type === 'OutageNoticed');
  expect(outages.map(({ data }) => data)).toMatchObject([{ evidence: 'refused' }]);
  await stopping.end();
});

it('notices no outage of a webhook that alone is refused for hours', async () => {
  const time = new SettableTime(Date.now());
  const stuck = await startWaybill({ time });
  const there = new SignedWebhooks(stuck.url, stuck.config);
  const ledgerFile = new DatabaseSync(join(stuck.directory, 'ledger.sqlite'), { timeout: 30_000 });
  ledgerFile.exec(
    `CREATE TRIGGER no_room BEFORE INSERT ON events WHEN NEW.type = 'InboundReceived' BEGIN SELECT RAISE(ABORT, 'no room'); END`,
  );
  ledgerFile.close();
  const body = inboundBody();
  const post = async (kind: 'status' | 'inbound', what: unknown): Promise<number> =>
    (await there.post(kind, what, { iat: Math.floor(time.wallMs() / 1_000) })).status;
  const beganMs = time.wallMs();
  for (const minutes of [0, 15, 90]) {
    time.pass(beganMs + minutes * 60_000 - time.wallMs());
    expect(await post('inbound', body)).toBe(503);
    time.pass(1_000);
    expect(await post('status', statusBody('delivered'))).toBe(204);
  }
  await stuck.stop();
  await stuck.start();
  const outages = (await eventsOf(stuck)).filter(({ data }) => data['evidence'] === 'refused');
  const minutes = outages.map(({ data }) =>
    Math.round((Date.parse(data['endedAt'] as string) - beganMs) / 60_000),
  );
  expect(minutes).toEqual([0, 15]);
  await stuck.end();
});

it('answers other methods with 405 and other addresses with 404', async () => {
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const answer = await waybill.api.call(method, '/webhooks/status');
    expect(answer.problem).toMatchObject({ status: 405 });
    expect(answer.headers.get('allow')).toBe('POST');
  }
  expect((await waybill.api.post('/webhooks/other', {})).problem.status).toBe(404);
});

it.each([
  '/webhooks/status?x=1',
  '/webhooks/status/',
  '/webhooks/inbound/',
  '//webhooks/status',
  '/webhooks//inbound',
  '/Webhooks/Status',
])('takes %s for the address that it means', async (path) => {
  // Unsigned, so the answer asks for a signed one.
  expect((await waybill.api.post(path, '{}')).problem.status).toBe(503);
  expect((await waybill.api.get(path)).problem.status).toBe(405);
});

describe('a fault of ours is answered 503, so that Vonage sends it again', () => {
  it('while the ledger cannot be written, and then takes it', async () => {
    const other = await startWaybill();
    const there = new SignedWebhooks(other.url, other.config);
    const blocker = new DatabaseSync(join(other.directory, 'ledger.sqlite'), { timeout: 30_000 });
    blocker.exec('BEGIN IMMEDIATE');
    const report = statusBody('delivered');
    const [status, inbound, quarantined, request, ready, live] = await Promise.all([
      there.post('status', report),
      there.post('inbound', inboundBody()),
      there.post('status', 'nothing that we know'),
      other.trySend({ to: recipient() }),
      other.api.get('/health/ready'),
      other.api.get('/health/live'),
    ]);
    for (const answer of [status, inbound, quarantined, request]) {
      expect(answer.problem.status).toBe(503);
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    }
    expect(ready.as(503)).toMatchObject({ status: 'not-ready' });
    expect(live.status).toBe(200);
    expect(other.log.found(['delivered'])).toEqual([]);
    // Nothing is kept yet, so no line says so.
    expect(other.log.says('was not understood')).toBe(false);
    blocker.exec('ROLLBACK');
    blocker.close();
    await eventually(async () => (await there.post('status', report)).status === 204);
    await eventually(async () => (await other.api.get('/health/ready')).status === 200);
    await other.end();
  });

  it('while the service is shutting down', async () => {
    const other = await startWaybill({ vonage: { timeoutMs: 3_000 } });
    const there = new SignedWebhooks(other.url, other.config);
    // A call without an answer from Vonage delays the close of the service.
    const id = await other.send(recipient('021'));
    await other.until(id, 'sending');
    const stopped = other.stop();
    const answer = await there.post('status', statusBody('delivered'));
    expect(answer.problem.status).toBe(503);
    expect(answer.headers.get('connection')).toBe('close');
    await stopped;
    await other.end();
  });
});
