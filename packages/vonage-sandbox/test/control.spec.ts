import { createHash } from 'node:crypto';
import { verifySignature } from '@vonage/jwt';
import { eventually } from './eventually.js';
import { stories } from '../src/stories/stories.js';
import { bodyOf, statusesOf } from './receiver.js';
import { faultsOf, faultsOfStatus } from './schemas.js';
import {
  credentials,
  ORDINARY_NUMBER,
  startSetting,
  stopSettings,
  textTo,
  type Setting,
} from './setting.js';
import { basic, call, claimsIn, send, smsTo } from './wire.js';

let setting: Setting;

beforeEach(async () => {
  setting = await startSetting();
});

afterEach(stopSettings);

const control = (method: string, path: string, body?: unknown) =>
  call(`${setting.sandbox.url}/sandbox${path}`, { method, body });
const post = (path: string, body?: unknown) => control('POST', path, body);
const get = async (path: string) => (await control('GET', path)).body;

/** Sends one SMS and returns the statuses of its callbacks. */
async function statusesTo(to: string): Promise<readonly unknown[]> {
  const before = setting.receiver.received.length;
  await send(setting.sandbox.url, smsTo(to), basic());
  await setting.sandbox.settled();
  return statusesOf(setting.receiver.received.slice(before));
}

describe('GET /sandbox', () => {
  it('lists every story, every route and how to choose, and no secret', async () => {
    const answer = await control('GET', '');
    const page = answer.body as { stories: { name: string }[]; routes: { route: string }[] };
    expect(page.stories.map(({ name }) => name)).toEqual(Object.keys(stories));
    expect(page.routes.length).toBeGreaterThan(10);
    for (const { route } of page.routes) {
      const [method = '', path = ''] = route.split(' ');
      const body = method === 'GET' ? undefined : '{';
      const { status } = await call(`${setting.sandbox.url}${path}`, { method, body });
      const expected = body === undefined ? (path.includes(':') ? 404 : 200) : 400;
      expect([method, path, status]).toEqual([method, path, expected]);
    }
    const { apiSecret, signatureSecret, publicKey } = credentials;
    for (const secret of [apiSecret, signatureSecret, publicKey.split('\n')[1] ?? '']) {
      expect(answer.text).not.toContain(secret);
    }
  });
});

describe('POST /sandbox/stories', () => {
  it('is for the next message, whoever gets it, and then over', async () => {
    expect(await post('/stories', { story: 'rejected', code: '1282' })).toMatchObject({
      status: 204,
    });
    expect(await statusesTo(ORDINARY_NUMBER)).toEqual(['submitted', 'rejected']);
    const [, rejected] = setting.receiver.received;
    expect(rejected && bodyOf(rejected)).toMatchObject({ error: { title: '1282' } });
    expect(await statusesTo(ORDINARY_NUMBER)).toEqual(['submitted', 'delivered']);
  });

  it('is for one recipient until it is replaced, and wins over the digits', async () => {
    await post('/stories', { to: '447700980003', story: 'no-receipt' });
    expect(await statusesTo('447700980003')).toEqual(['submitted']);
    expect(await statusesTo('447700980003')).toEqual(['submitted']);
    expect(await statusesTo(ORDINARY_NUMBER)).toEqual(['submitted', 'delivered']);
    await post('/stories', { to: '447700980003', story: 'delivered-only', uses: 1 });
    expect(await statusesTo('447700980003')).toEqual(['delivered']);
    expect(await statusesTo('447700980003')).toEqual(['undeliverable']);
  });

  it('queues orders for the next messages', async () => {
    await post('/stories', { story: 'no-receipt', uses: 2 });
    await post('/stories', { story: 'delivered-only' });
    const seen = [];
    for (let message = 0; message < 4; message++) seen.push(await statusesTo(ORDINARY_NUMBER));
    expect(seen).toEqual([['submitted'], ['submitted'], ['delivered'], ['submitted', 'delivered']]);
  });

  it('lets an order for the recipient win over one for whoever is next', async () => {
    await post('/stories', { story: 'no-receipt' });
    await post('/stories', { to: ORDINARY_NUMBER, story: 'delivered-only', uses: 1 });
    expect(await statusesTo(ORDINARY_NUMBER)).toEqual(['delivered']);
    expect(await statusesTo(ORDINARY_NUMBER)).toEqual(['submitted']);
  });

  it('takes a script of answer and callbacks', async () => {
    await post('/stories', {
      answer: { kind: 'accepted', body: 'without-uuid' },
      callbacks: [
        { status: 'submitted', afterMs: 10, copies: 3 },
        { status: 'failed', afterMs: 20, code: '1999', fields: { usage: null, note: 'x' } },
        { status: 'read', afterMs: 20, together: true, shape: 'unknown-keys' },
      ],
    });
    const answer = await send(setting.sandbox.url, smsTo(ORDINARY_NUMBER), basic());
    expect(answer).toMatchObject({ status: 202, body: {} });
    await setting.sandbox.settled();
    const bodies = setting.receiver.received.map((callback) => bodyOf(callback));
    expect(bodies.slice(0, 3).map(({ status }) => status)).toEqual(Array(3).fill('submitted'));
    const failed = bodies.find(({ status }) => status === 'failed');
    expect(failed).toMatchObject({ error: { title: '1999' }, note: 'x' });
    expect(failed).not.toHaveProperty('usage');
    expect(bodies.some(({ status }) => status === 'read')).toBe(true);
  });

  it.each([503, 429])('scripts a refusal with %i', async (status) => {
    await post('/stories', { to: ORDINARY_NUMBER, uses: 1, answer: { kind: 'refused', status } });
    const { url } = setting.sandbox;
    expect(await send(url, smsTo(ORDINARY_NUMBER), basic())).toMatchObject({ status });
    expect(await send(url, smsTo(ORDINARY_NUMBER), basic())).toMatchObject({ status: 202 });
  });
});

describe('POST /sandbox/status', () => {
  it('reports on a message that was accepted', async () => {
    await post('/stories', { story: 'no-receipt' });
    const message = textTo(ORDINARY_NUMBER);
    const { messageUUID } = await setting.vonage.messages.send(message);
    await setting.sandbox.settled();
    await post('/status', { message_uuid: messageUUID, status: 'rejected', code: '1170' });
    const [, callback] = await setting.receiver.first(2);
    const body = callback ? bodyOf(callback) : {};
    expect(body).toMatchObject({
      message_uuid: messageUUID,
      client_ref: message.clientRef,
      to: ORDINARY_NUMBER,
      status: 'rejected',
      error: { title: '1170' },
    });
    expect(faultsOfStatus(body)).toEqual([]);
    await setting.sandbox.settled();
    expect(setting.sandbox.message(messageUUID)?.callbacks).toHaveLength(2);
  });

  it('tells the segments and the price of the message that was accepted', async () => {
    await post('/stories', { story: 'no-receipt' });
    const message = textTo(ORDINARY_NUMBER, { text: 'a'.repeat(400) });
    const { messageUUID } = await setting.vonage.messages.send(message);
    await post('/status', { message_uuid: messageUUID, status: 'delivered' });
    const bodies = (await setting.receiver.first(2)).map(bodyOf);
    const told = { sms: { count_total: '3' }, usage: { currency: 'EUR', price: '0.0999' } };
    expect(bodies).toEqual([expect.objectContaining(told), expect.objectContaining(told)]);
  });

  it('reports on a message that nobody knows, with everything as the caller wants it', async () => {
    const status = {
      message_uuid: '11111111-1111-4111-8111-111111111111',
      status: 'delivered',
      client_ref: 'mine',
      to: '12025550123',
      from: 'Shop',
      channel: 'rcs',
      timestamp: '2020-01-01T14:00:00Z',
    };
    await post('/status', { ...status, url: `${setting.receiver.url}/other` });
    const [callback] = await setting.receiver.first(1);
    expect(callback?.path).toBe('/other');
    expect(callback && bodyOf(callback)).toMatchObject(status);
  });

  it('sends any bytes at all', async () => {
    await post('/status', { status: 'delivered', raw: '<xml/>' });
    const [callback] = await setting.receiver.first(1);
    expect(callback?.raw.toString()).toBe('<xml/>');
  });

  it.each([
    ['unsigned', null],
    ['wrong-secret', expect.any(String)],
    ['wrong-hash', expect.any(String)],
  ])('signs as badly as %s', async (signing, authorization) => {
    await post('/status', { status: 'delivered', signing });
    const [callback] = await setting.receiver.first(1);
    expect(callback?.authorization).toEqual(authorization);
    if (callback?.authorization === null || callback === undefined) return;
    const token = callback.authorization?.replace('Bearer ', '') ?? '';
    const hash = createHash('sha256').update(callback.raw).digest('hex');
    expect({
      signature: verifySignature(token, credentials.signatureSecret),
      hash: claimsIn(callback.authorization)['payload_hash'] === hash,
    }).toEqual({ signature: signing === 'wrong-hash', hash: signing === 'wrong-secret' });
  });
});

describe('POST /sandbox/inbound', () => {
  const message = { from: '447700900001', to: '447700900002', text: 'stop it, please' };

  it('sends an inbound SMS to its own address', async () => {
    const answer = await post('/inbound', message);
    expect(answer).toMatchObject({ status: 202, body: { callbacks: [{ kind: 'inbound' }] } });
    const [callback] = await setting.receiver.first(1);
    expect(callback?.path).toBe('/webhooks/inbound');
    const body = callback ? bodyOf(callback) : {};
    expect(faultsOf('inboundSms', body)).toEqual([]);
    expect(body).toMatchObject({ ...message, sms: { keyword: 'STOP', num_messages: '1' } });
  });

  it('sends the v0.1 form', async () => {
    await post('/inbound', { ...message, shape: 'v0.1' });
    const [callback] = await setting.receiver.first(1);
    const body = callback ? bodyOf(callback) : {};
    expect(faultsOf('inboundV01', body)).toEqual([]);
    expect(body).toMatchObject({ message: { content: { text: message.text } } });
  });

  it('sends it twice, byte for byte the same', async () => {
    await post('/inbound', { ...message, copies: 2 });
    const [one, other] = await setting.receiver.first(2);
    expect(one?.raw.toString()).toBe(other?.raw.toString());
  });
});

describe('pausing', () => {
  it('holds callbacks back until they are resumed', async () => {
    await post('/callbacks/pause');
    await setting.vonage.messages.send(textTo(ORDINARY_NUMBER));
    await eventually(() => setting.sandbox.counters().callbacks.waiting === 1);
    expect(await get('/callbacks')).toMatchObject({
      settled: false,
      callbacks: [{ outcome: 'waiting', attempts: [] }],
    });
    expect(setting.receiver.received).toHaveLength(0);
    await post('/callbacks/resume');
    await setting.sandbox.settled();
    expect(statusesOf(setting.receiver.received)).toEqual(['submitted', 'delivered']);
  });
});

describe('what it remembers', () => {
  it('shows each accepted message with its callbacks and every try of them', async () => {
    setting.receiver.answer((_, index) => (index === 0 ? 503 : 204));
    const message = textTo(ORDINARY_NUMBER);
    const { messageUUID } = await setting.vonage.messages.send(message);
    await setting.sandbox.settled();
    const shown = {
      message_uuid: messageUUID,
      client_ref: message.clientRef,
      story: 'delivered',
      request: { text: message.text },
      callbacks: [
        { status: 'submitted', outcome: 'delivered', attempts: [{ answer: 503 }, { answer: 204 }] },
        { status: 'delivered', outcome: 'delivered', attempts: [{ answer: 204 }] },
      ],
    };
    expect(await get(`/messages?client_ref=${message.clientRef}`)).toMatchObject({
      settled: true,
      counters: {
        messagesAccepted: 1,
        callbackAttempts: 3,
        callbacks: { delivered: 2, lost: 0, waiting: 0 },
        requestsByAnswer: { 202: 1 },
        clientRefsSentTwice: 0,
      },
      messages: [shown],
    });
    expect(await get(`/messages/${messageUUID}`)).toMatchObject(shown);
    expect(await get('/messages?client_ref=other')).toMatchObject({ messages: [] });
    expect(await control('GET', '/messages/other')).toMatchObject({ status: 404 });
  });

  it('proves whether anything was sent twice', async () => {
    const { url } = setting.sandbox;
    for (const client_ref of ['once', 'twice', 'twice', 'thrice', 'thrice', 'thrice']) {
      await send(url, smsTo(ORDINARY_NUMBER, { client_ref }), basic());
    }
    await send(url, smsTo('447700980503', { client_ref: 'refused' }), basic());
    expect(await get('/sends')).toEqual({ sendsByClientRef: { once: 1, twice: 2, thrice: 3 } });
    expect(setting.sandbox.counters().clientRefsSentTwice).toBe(2);
  });

  it('lists requests with their answers, also those that took nothing', async () => {
    const { url } = setting.sandbox;
    await send(url, smsTo('447700980503', { client_ref: 'a' }), basic());
    await send(url, smsTo('447700980009', { client_ref: 'a' }), basic()).catch(() => undefined);
    await send(url, smsTo(ORDINARY_NUMBER, { client_ref: 'b' }), basic());
    expect(await get('/requests?client_ref=a')).toMatchObject({
      requests: [
        { answer: '503', accepted: false, message_uuid: null },
        { answer: 'accepted-reset', accepted: true, message_uuid: expect.any(String) },
      ],
    });
    expect(await get('/requests?limit=1')).toMatchObject({ requests: [{ client_ref: 'b' }] });
  });

  it('forgets the oldest beyond its bound, but counts on', async () => {
    await setting.stop();
    setting = await startSetting({ historyMax: 3 });
    for (let message = 0; message < 5; message++) {
      await send(
        setting.sandbox.url,
        smsTo(ORDINARY_NUMBER, { client_ref: `${message}` }),
        basic(),
      );
    }
    await setting.sandbox.settled();
    expect(setting.sandbox.messages().map(({ client_ref }) => client_ref)).toEqual(['2', '3', '4']);
    expect(setting.sandbox.requests()).toHaveLength(3);
    expect(setting.sandbox.callbacks()).toHaveLength(3);
    expect(setting.sandbox.counters()).toMatchObject({
      messagesAccepted: 5,
      callbacks: { delivered: 10 },
    });
  });

  it('forgets everything on reset, and lets nothing of the past happen', async () => {
    await post('/stories', { to: ORDINARY_NUMBER, story: 'no-receipt' });
    await post('/callbacks/pause');
    await send(setting.sandbox.url, smsTo('447700900002'), basic());
    const held = send(setting.sandbox.url, smsTo('447700980020'), basic()).catch(() => 'cut off');
    await eventually(() => setting.sandbox.counters().messagesAccepted === 2);
    await post('/reset');
    expect(await held).toBe('cut off');
    expect(setting.sandbox.messages()).toEqual([]);
    expect(setting.sandbox.counters()).toMatchObject({ requests: 0, callbackAttempts: 0 });
    await setting.sandbox.settled();
    expect(await statusesTo(ORDINARY_NUMBER)).toEqual(['submitted', 'delivered']);
    expect(setting.receiver.received).toHaveLength(2);
  });
});

describe('PATCH /sandbox/settings', () => {
  it('changes what may change while it runs', async () => {
    const statusUrl = `${setting.receiver.url}/moved`;
    const changes = { statusUrl, defaultStory: 'no-receipt', requestsPerSecond: 1 };
    expect(await control('PATCH', '/settings', changes)).toMatchObject({ status: 204 });
    expect(await statusesTo(ORDINARY_NUMBER)).toEqual(['submitted']);
    expect(setting.receiver.received[0]?.path).toBe('/moved');
    expect(await send(setting.sandbox.url, smsTo('1234567'), basic())).toMatchObject({
      status: 429,
    });
    expect(await get('')).toMatchObject({ settings: changes });
  });
});

describe('a mistaken control request', () => {
  it.each<[string, string, unknown, string]>([
    ['POST', '/stories', {}, 'story'],
    ['POST', '/stories', [], ''],
    ['POST', '/stories', { story: 'fairy-tale' }, 'story'],
    ['POST', '/stories', { story: 'delivered', callbacks: [] }, 'story'],
    ['POST', '/stories', { story: 'delivered', code: '1000' }, 'code'],
    ['POST', '/stories', { story: 'rejected', code: 'x' }, 'code'],
    ['POST', '/stories', { story: 'rejected', times: 2 }, 'times'],
    ['POST', '/stories', { story: 'rejected', uses: 0 }, 'uses'],
    ['POST', '/stories', { answer: { kind: 'shrug' } }, 'answer.kind'],
    ['POST', '/stories', { answer: { kind: 'refused', status: 418 } }, 'answer.status'],
    ['POST', '/stories', { callbacks: [{ status: 'read' }] }, 'callbacks[0].afterMs'],
    ['POST', '/stories', { callbacks: [{ status: 'a', afterMs: -1 }] }, 'callbacks[0].afterMs'],
    [
      'POST',
      '/stories',
      { callbacks: [{ status: 'a', afterMs: 0, shape: 'round' }] },
      'callbacks[0].shape',
    ],
    ['POST', '/status', undefined, ''],
    ['POST', '/status', { status: 'a', copies: 101 }, 'copies'],
    ['POST', '/status', { status: 'a', url: 'nowhere' }, 'url'],
    ['POST', '/inbound', { from: '1', to: '2' }, 'text'],
    ['PATCH', '/settings', { seed: 3 }, 'seed'],
    ['PATCH', '/settings', { statusUrl: 'x' }, 'statusUrl'],
    ['GET', '/messages?limit=0', undefined, 'limit'],
    ['GET', '/messages?status=delivered', undefined, 'status'],
    ['GET', '/callbacks?to=447700900001', undefined, 'to'],
    ['GET', '/report?to=447700900001', undefined, 'to'],
    ['GET', '/sends?client_ref=a', undefined, 'client_ref'],
  ])('%s %s %j is told that %s is at fault', async (method, path, body, name) => {
    const answer = await control(method, path, body);
    expect(answer).toMatchObject({
      status: 422,
      body: { status: 422, invalid_parameters: [{ name, reason: expect.any(String) }] },
    });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  it.each<[string, string, object, string]>([
    ['PATCH', '/settings', { statusUrl: 'x' }, 'must be an http or https URL, or null'],
    ['PATCH', '/settings', { requestsPerSecond: 0 }, 'and 4294967295, or null'],
    ['PATCH', '/settings', { signatureSecret: '' }, 'must not be empty'],
    ['POST', '/status', { status: 'a', segments: [] }, 'must not be empty'],
    ['POST', '/status', { status: 'a', url: 'x' }, 'must be an http or https URL'],
  ])('%s %s %j is told every value that it could have: %s', async (method, path, body, reason) => {
    const answer = await control(method, path, body);
    expect(answer.body['invalid_parameters']).toEqual([
      { name: expect.any(String), reason: expect.stringMatching(new RegExp(`${reason}$`)) },
    ]);
  });

  it.each<[string, string, unknown, number]>([
    ['POST', '/stories', '{', 400],
    ['GET', '/nothing', undefined, 404],
    ['DELETE', '/messages', undefined, 405],
    ['POST', '/status', { status: 'a', raw: 'x'.repeat(300_000) }, 413],
  ])('%s %s is answered with a problem', async (method, path, body, status) => {
    const answer = await control(method, path, body);
    expect(answer).toMatchObject({ status, body: { status, title: expect.any(String) } });
  });
});
