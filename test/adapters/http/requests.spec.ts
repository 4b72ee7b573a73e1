import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { problemKinds } from '../../../src/adapters/http/problems/problem.js';
import { createApiKey, parseApiKeys } from '../../../src/application/access/api-keys.js';
import { Api, type EventShown } from '../../support/facts/api.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

const sender = createApiKey('shop', ['send']);
const reader = createApiKey('support', ['read']);
const auditor = createApiKey('auditor', ['audit']);
const admin = createApiKey('root', ['admin']);
const configured = [sender, reader, auditor, admin].map((key) => key.configured).join(',');

const ODD = 'a\u0000b';

let waybill: Waybill;
let guarded: Waybill;

beforeAll(async () => {
  waybill = await startWaybill();
  guarded = await startWaybill({ config: { apiKeys: parseApiKeys(configured).keys } });
});

afterAll(stopWaybills);

it('lets no proxy and no browser keep what it tells of people', async () => {
  const to = recipient();
  const { id } = (await waybill.api.post('/v1/messages', { to, text: 'Hello' })).as<{
    id: string;
  }>(202);
  const { paths } = (await waybill.api.get('/openapi.json')).as<{
    paths: Readonly<Record<string, object>>;
  }>(200);
  const isPrivate = /^\/(?:v1\/(?!log)|health\/|metrics$)/;
  const readable = Object.keys(paths).filter(
    (path) => isPrivate.test(path) && 'get' in (paths[path] ?? {}),
  );
  expect(readable.length).toBeGreaterThan(15);
  for (const path of readable) {
    const leaving = new AbortController();
    const url = `${waybill.url}${path.replace('{number}', to).replace(/\{\w+\}/g, id)}`;
    const { headers } = await fetch(url, { signal: leaving.signal });
    leaving.abort();
    expect([path, headers.get('cache-control')]).toEqual([
      path,
      expect.stringMatching(/^no-store\b/),
    ]);
  }
});

describe('a request with faults', () => {
  it('is answered with every fault at once, each with its place, and never a value', async () => {
    const answer = await waybill.api.post('/v1/messages', {
      to: 'not-a-number-4711',
      text: ' ',
      from: 'secret sender name',
      channel: 'sms',
      reference: 'r'.repeat(201),
      sendAt: 'tomorrow',
      ttlSeconds: 19,
      confirmWithinSeconds: 'soon',
      encoding: 'morse',
      fallback: [{ channel: 'pigeon', when: 'failure', from: 'x' }, { channel: 'sms' }, null],
      surprise: true,
      'a/b~c': 1,
    });
    const { problem } = answer;
    expect(problem).toMatchObject({
      type: '/problems/invalid-request',
      status: 400,
      instance: expect.stringMatching(/^urn:uuid:/),
    });
    const pointers = new Set(problem.errors?.map(({ pointer }) => pointer));
    for (const pointer of [
      '/to',
      '/text',
      '/from',
      '/reference',
      '/sendAt',
      '/ttlSeconds',
      '/confirmWithinSeconds',
      '/encoding',
      '/fallback/0/channel',
      '/fallback/1/when',
      '/fallback/1/from',
      '/fallback/2',
      '/surprise',
      '/a~1b~0c',
    ]) {
      expect(pointers).toContain(pointer);
    }
    expect(answer.text).not.toMatch(/4711|secret sender|tomorrow|morse|pigeon|rrrr/);
    for (const { detail } of problem.errors ?? []) expect(detail).toMatch(/\w{3}/);
  });

  it.each([
    ['a missing recipient', { text: 'x' }, '/to'],
    ['no fields at all', {}, '/text'],
    ['a national number', { to: '07700900123', text: 'x' }, '/to'],
    ['too long a text', { to: '447700900123', text: 'x'.repeat(3_201) }, '/text'],
    ['one emoji too many', { to: '447700900123', text: '📦'.repeat(1_601) }, '/text'],
    ['an empty reference', { to: '447700900123', text: 'x', reference: '' }, '/reference'],
    [
      'too long a reference',
      { to: '447700900123', text: 'x', reference: 'r'.repeat(201) },
      '/reference',
    ],
    ['letters outside GSM-7', { to: '447700900123', text: 'ж', encoding: 'text' }, '/text'],
    ['a fallback that is none', { to: '447700900123', text: 'x', fallback: {} }, '/fallback'],
    [
      'too many steps',
      { to: '447700900123', text: 'x', fallback: Array.from({ length: 6 }) },
      '/fallback',
    ],
    [
      'an encoding where there is none to choose',
      { to: '447700900123', text: 'x', channel: 'whatsapp', from: '1', encoding: 'text' },
      '/encoding',
    ],
    [
      'letters outside GSM-7 in a fallback',
      {
        to: '447700900123',
        text: 'x',
        encoding: 'text',
        fallback: [{ channel: 'sms', when: 'failure', from: 'Waybill', text: 'ж' }],
      },
      '/fallback/0/text',
    ],
    ['a number for a text', { to: 447700900123, text: 1 }, '/to'],
  ])('names %s', async (_, body, pointer) => {
    const { problem } = await waybill.api.post('/v1/messages', body);
    expect(problem.status).toBe(400);
    expect(problem.errors?.map((fault) => fault.pointer)).toContain(pointer);
  });

  it('counts the emoji of a text and of a reference once, and finds the longest reference', async () => {
    const reference = '📦'.repeat(100);
    const sent = await waybill.api.post('/v1/messages', {
      to: recipient(),
      text: '📦'.repeat(1_600),
      reference,
    });
    const { id, segments } = sent.as<{ id: string; segments: object }>(202);
    // No segment ends in the middle of an emoji.
    expect(segments).toEqual({ encoding: 'UCS-2', count: Math.ceil(1_600 / 33) });
    await eventually(async () => {
      const found = await waybill.api.get(
        `/v1/messages?reference=${encodeURIComponent(reference)}`,
      );
      return found.as<{ items: { id: string }[] }>(200).items.some((item) => item.id === id);
    });
  });

  it('learns the faults of its header, its address and its body together', async () => {
    const { problem } = await waybill.api.post(
      '/v1/messages?waitt=5',
      { to: '447700900123', text: ' ' },
      { 'idempotency-key': 'x'.repeat(256) },
    );
    expect(problem.errors).toEqual([
      { pointer: '/text', detail: 'text is empty' },
      { parameter: 'Idempotency-Key', detail: expect.stringContaining('1 to 255') },
      { parameter: 'waitt', detail: 'waitt is no parameter here; there are none' },
    ]);
  });

  it('is told in words that a person understands', async () => {
    const { problem } = await waybill.api.post('/v1/messages', {
      to: '447700900123',
      fallback: [{ channel: 'pigeon', when: 'failure', from: 'x' }, 5],
      ttl: 60,
    });
    expect(problem.errors?.map(({ detail }) => detail)).toEqual([
      'ttl is no field here',
      'text is missing',
      'fallback/0/channel must be one of sms, mms, rcs, whatsapp, viber_service, messenger, email, push',
      'fallback/1 must be an object',
    ]);
  });

  it.each([
    ['POST', '/v1/sending/hold', { reason: ODD }, '/reason'],
    ['POST', '/v1/sending/release', { reason: ODD }, '/reason'],
    ['POST', '/v1/messages/resend', { reason: ODD }, '/reason'],
    ['POST', '/v1/messages/resolve', { outcome: 'abandon', reason: ODD }, '/reason'],
    ['PUT', `/v1/suppressions/${recipient()}`, { reason: ODD }, '/reason'],
    ['DELETE', `/v1/contacts/${recipient()}/data`, { reason: ODD }, '/reason'],
    ['POST', '/v1/keys', { name: ODD, scopes: ['read'] }, '/name'],
    [
      'POST',
      '/v1/webhook-endpoints',
      { url: 'https://example.com', events: ['inbound.received'], description: ODD },
      '/description',
    ],
  ])('may not have a NUL in any text: %s %s', async (method, path, body, pointer) => {
    const { problem } = await waybill.api.call(method, path, body);
    expect(problem.errors?.map((fault) => fault.pointer)).toEqual([pointer]);
  });

  it.each([
    ['POST', '/v1/sending/hold', 'reason', {}],
    ['POST', '/v1/sending/release', 'reason', {}],
    ['POST', `/v1/messages/${randomUUID()}/resend`, 'reason', {}],
    ['POST', `/v1/messages/${randomUUID()}/resolve`, 'reason', { outcome: 'abandon' }],
    ['POST', '/v1/messages/resend', 'reason', {}],
    ['POST', '/v1/messages/resolve', 'reason', { outcome: 'abandon' }],
    ['POST', `/v1/contacts/${recipient()}/review`, 'reason', { outcome: 'none' }],
    ['PUT', `/v1/suppressions/${recipient()}`, 'reason', {}],
    ['DELETE', `/v1/contacts/${recipient()}/data`, 'reason', {}],
    ['POST', '/v1/messages', 'overrideOptOut', { to: recipient(), text: 'x' }],
  ])('may not give a reason that nobody can see: %s %s', async (method, path, name, fields) => {
    for (const blank of ['  ', '\u00a0\u200b', '\t\n\u2060']) {
      const { problem } = await waybill.api.call(method, path, { ...fields, [name]: blank });
      expect([problem.status, problem.errors]).toEqual([
        400,
        [{ pointer: `/${name}`, detail: `${name} is blank: say why` }],
      ]);
    }
  });

  it('may not lift a suppression for a reason that nobody can see', async () => {
    const path = `/v1/suppressions/${recipient()}?reason=%20%E2%80%8B`;
    const { problem } = await waybill.api.call('DELETE', path);
    expect([problem.status, problem.errors]).toEqual([
      400,
      [{ parameter: 'reason', detail: 'reason is empty: leave it out, or give it a value' }],
    ]);
  });

  it.each(['\u200b', ' \u00a0\ufeff', '\u3164'])(
    'may not send a text that nobody can see: %j',
    async (text) => {
      const step = { channel: 'whatsapp', when: 'failure', from: '447700900001', text };
      const { problem } = await waybill.trySend({ to: recipient(), text, fallback: [step] });
      expect(problem.errors).toEqual([
        { pointer: '/text', detail: 'text is empty' },
        { pointer: '/fallback/0/text', detail: 'fallback/0/text is empty' },
      ]);
    },
  );

  it('says plainly what is wrong with one of a list', async () => {
    const detailOf = async (scopes: readonly unknown[]) =>
      (await waybill.api.post('/v1/keys', { name: 'listed', scopes })).problem.detail;
    expect(await detailOf(['read', 'fly'])).toMatch(/^scopes must be one of send, read, /);
    expect(await detailOf(['read', 'read'])).toBe('scopes names something twice');
  });

  it('may not have a NUL in a list of texts', async () => {
    const template = { name: 'parcel_here', language: 'en_GB', parameters: ['Ann', ODD] };
    const step = { channel: 'whatsapp', when: 'failure', from: '447700900001', template };
    const { problem } = await waybill.trySend({ to: recipient(), fallback: [step] });
    expect(problem.errors?.map((fault) => fault.pointer)).toEqual([
      '/fallback/0/template/parameters',
    ]);
  });

  it.each(['to', 'from', 'text', 'reference'])('may not have a NUL in %s', async (field) => {
    for (const odd of ['a\u0000b', 'a\ud800']) {
      const body = { to: 'id', text: 'x', channel: 'messenger', from: 'page', [field]: odd };
      const { problem } = await waybill.api.post('/v1/messages', body);
      expect(problem.errors).toMatchObject([{ pointer: `/${field}` }]);
    }
  });

  it.each([
    ['POST', '/v1/messages/batch'],
    ['POST', `/v1/messages/${randomUUID()}/cancel`],
    ['GET', `/v1/messages/${randomUUID()}`],
    ['GET', `/v1/messages/${randomUUID()}/events`],
    ['GET', '/v1/messages'],
    ['GET', '/v1/events'],
    ['GET', '/v1/inbound'],
    ['GET', '/v1/reports/delivery'],
    ['GET', '/v1/stream'],
  ])('may not have a parameter that %s %s would ignore', async (method, path) => {
    const { problem } = await waybill.api.call(method, `${path}?limmit=%00`);
    expect(problem.status).toBe(400);
    expect(problem.errors).toContainEqual({
      parameter: 'limmit',
      detail: expect.stringMatching(/^limmit is no parameter here; there (are|is) /),
    });
  });

  it('may not search for what no text contains', async () => {
    const { problem } = await waybill.api.get('/v1/messages?reference=%00');
    expect(problem).toMatchObject({ status: 400, errors: [{ parameter: 'reference' }] });
  });

  it('is the fault of the client, whatever JSON it is', async () => {
    const fields = ['to', 'text', 'from', 'fallback', 'sendAt', 'ttlSeconds', 'channel'] as const;
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom(
        '__proto__',
        '447700900123',
        'sms',
        '2027-01-01T00:00:00Z',
        '\u0000',
        '\ud800',
      ),
    );
    const entries = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...fields), fc.string()), odd));
    const body = fc.oneof(
      fc.json(),
      entries.map((pairs) => JSON.stringify(Object.fromEntries(pairs))),
      fc.constantFrom('null', '1', '"x"', '[]', '{"__proto__":{"to":1}}', '{"constructor":1}'),
    );
    await fc.assert(
      fc.asyncProperty(
        body,
        fc.constantFrom('/v1/messages', '/v1/messages/batch'),
        async (text, path) => {
          const { status } = await waybill.api.post(path, text);
          expect([202, 207, 400]).toContain(status);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a request that is not even understood', () => {
  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    waybill.api.post('/v1/messages', body, headers);

  it.each<[string, () => ReturnType<typeof post>, number]>([
    ['malformed JSON', () => post('{"to":'), 400],
    ['no body', () => waybill.api.call('POST', '/v1/messages'), 400],
    ['another content type', () => post('to=1', { 'content-type': 'text/plain' }), 415],
    ['a form', () => post('to=1', { 'content-type': 'application/x-www-form-urlencoded' }), 415],
    ['another charset', () => post('{}', { 'content-type': 'application/json; charset=x' }), 415],
    ['an unknown encoding', () => post('{}', { 'content-encoding': 'rot13' }), 415],
    ['what is not gzip', () => post('{}', { 'content-encoding': 'gzip' }), 400],
    ['what is not Brotli', () => post('{}{}{}', { 'content-encoding': 'br' }), 400],
    [
      'gzip that ends too early',
      () => post(gzipSync('{"to":"x"}').subarray(0, 12), { 'content-encoding': 'gzip' }),
      400,
    ],
    ['an oversized body', () => post(JSON.stringify({ text: 'x'.repeat(300_000) })), 413],
    [
      'a body that grows on unpacking',
      () => post(gzipSync(Buffer.alloc(2_000_000, ' ')), { 'content-encoding': 'gzip' }),
      413,
    ],
  ])('gets a problem document: %s', async (_, call, status) => {
    expect((await call()).problem.status).toBe(status);
  });

  it.each([
    ['what is no HTTP', 'nonsense\r\n\r\n', 400],
    ['what names no host', 'GET /v1/messages HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['an unknown method', 'FOO / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['oversized headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['an oversized address', `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ['an expectation', 'GET / HTTP/1.1\r\nHost: x\r\nExpect: x\r\nConnection: close\r\n\r\n', 417],
    [
      'a body that is no longer HTTP',
      'POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      400,
    ],
  ])('gets a problem document from Node too: %s', async (_, request, status) => {
    const { hostname, port } = new URL(waybill.url);
    const socket = connect(Number(port), hostname);
    socket.end(request);
    const [head = '', body = ''] = (await readText(socket)).split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toMatch(/^content-type: application\/problem\+json/im);
    expect(body).toContain(`"status":${status}`);
  });

  it('may be packed', async () => {
    const body = gzipSync(JSON.stringify({ to: recipient(), text: 'packed' }));
    expect((await post(body, { 'content-encoding': 'gzip' })).status).toBe(202);
  });

  it.each([
    ['GET', '/nowhere', 404, null],
    ['GET', '/v1/messages/not-an-id', 404, null],
    ['GET', '/problems/none', 404, null],
    ['GET', '/v1/messages/%E0%A4%A', 400, null],
    ['DELETE', '/v1/messages', 405, ['GET', 'POST']],
    ['PUT', `/v1/messages/${randomUUID()}`, 405, ['GET']],
    ['POST', '/v1/events', 405, ['GET']],
    ['GET', `/v1/messages/${randomUUID()}/cancel`, 405, ['POST']],
    ['POST', '/health/live', 405, ['GET']],
  ])('%s %s gets a problem document with %i', async (method, path, status, allowed) => {
    const answer = await waybill.api.call(method, path);
    expect(answer.problem).toMatchObject({ status, title: expect.any(String) });
    const allow = answer.headers.get('allow')?.split(', ').toSorted() ?? null;
    expect(allow?.filter((one) => one !== 'HEAD') ?? null).toEqual(allowed);
  });

  it('is told at the type of a problem what to do, by routes that there are', async () => {
    const document = (await waybill.api.get('/openapi.json')).as<{
      readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    }>(200);
    for (const code of Object.keys(problemKinds)) {
      const { body } = await waybill.api.get(`/problems/${code}`);
      expect(body).toMatchObject({ advice: expect.stringMatching(/^[A-Z].*\.$/) });
      const { advice } = body as { readonly advice: string };
      for (const [, method = '', path = ''] of advice.matchAll(/([A-Z]+) (\/[\w/{}-]+)/g)) {
        expect([path, Object.keys(document.paths[path] ?? {})]).toEqual([
          path,
          expect.arrayContaining([method.toLowerCase()]),
        ]);
      }
    }
  });

  it('is told of its address and method before its content type', async () => {
    const type = { 'content-type': 'text/plain' };
    expect((await waybill.api.post('/nowhere', 'x', type)).problem.status).toBe(404);
    expect((await waybill.api.post('/v1/events', 'x', type)).problem.status).toBe(405);
    expect((await waybill.api.post('/v1/messages/%E0%A4%A', 'x', type)).problem.status).toBe(400);
  });

  it('never finds a message under an id that only looks like one', async () => {
    const id = await waybill.send(recipient());
    expect((await waybill.api.get(`/v1/messages/${id.toUpperCase()}`)).status).toBe(200);
    expect((await waybill.api.get(`/v1/messages/${id}x`)).problem.status).toBe(404);
  });

  it('is explained under the address of its kind', async () => {
    const { problem } = await waybill.api.post('/v1/messages', {});
    const explained = await waybill.api.get(problem.type);
    expect(explained.as(200)).toMatchObject({ status: 400, title: problem.title });
  });
});

describe('API keys', () => {
  const id = randomUUID();
  const as = (key: string | undefined) => new Api(guarded.url, key);
  const routes = [
    ['POST', '/v1/messages', 'send'],
    ['POST', '/v1/messages/batch', 'send'],
    ['POST', `/v1/messages/${id}/cancel`, 'send'],
    ['GET', `/v1/messages/${id}`, 'read'],
    ['GET', '/v1/messages', 'read'],
    ['GET', '/v1/reports/delivery', 'read'],
    ['GET', '/v1/inbound', 'read'],
    ['GET', `/v1/inbound/${id}`, 'read'],
    ['GET', `/v1/messages/${id}/events`, 'audit'],
    ['GET', '/v1/events', 'audit'],
  ] as const;
  const keys = { send: sender.key, read: reader.key, audit: auditor.key };

  it.each(routes)('%s %s needs the scope %s', async (method, path, scope) => {
    for (const [name, key] of Object.entries(keys)) {
      const { status, text } = await as(key).call(method, path);
      const refusal = text.includes(`the scope ${scope}`);
      expect([name, status === 403, refusal]).toEqual([name, name !== scope, name !== scope]);
      expect(status).not.toBe(401);
    }
    expect([401, 403]).not.toContain((await as(admin.key).call(method, path)).status);
  });

  it('tell no text to a key that may send but not read', async () => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const later = { to: recipient(), text: 'Your code is 493021', sendAt };
    const textFor = async (key: string) => {
      const sent = (await as(key).post('/v1/messages', later)).as<{ id: string }>(202);
      const cancelled = await as(key).post(`/v1/messages/${sent.id}/cancel`);
      return cancelled.as<{ status: string; text: string | null }>(200);
    };
    expect(await textFor(sender.key)).toMatchObject({ status: 'cancelled', text: null });
    expect(await textFor(admin.key)).toMatchObject({ status: 'cancelled', text: later.text });
  });

  it.each([
    ['no key', undefined],
    ['an unknown key', `wb_${'x'.repeat(43)}`],
    ['a hash instead of a key', configured.split(':')[2]],
    ['part of a key', sender.key.slice(0, -1)],
    ['a key and more', `${sender.key}x`],
  ])('refuses %s with 401', async (_, key) => {
    // Further wrong keys from one address are slowed down.
    const tried = key === undefined ? routes : routes.slice(0, 4);
    for (const [method, path] of tried) {
      const answer = await as(key).call(method, path);
      // Only a limited number of wrong keys from one address is answered with 401.
      const { status } = answer.problem;
      expect([401, 429]).toContain(status);
      const asksForKey = status === 401 ? 'Bearer realm="waybill"' : null;
      expect(answer.headers.get('www-authenticate')).toBe(asksForKey);
    }
  });

  it.each([`Basic ${sender.key}`, sender.key, 'Bearer', 'Bearer a b', `Bearer ${sender.key} x`])(
    'takes no other form of authorization: %#',
    async (authorization) => {
      const answer = await as(undefined).get('/v1/events', { authorization });
      expect(answer.problem.status).toBe(401);
    },
  );

  it('writes the name of the key into the ledger, and never the key', async () => {
    const sent = await as(sender.key).post('/v1/messages', { to: recipient(), text: 'x' });
    const { id: sentId } = sent.as<{ id: string }>(202);
    const { text } = await as(auditor.key).get(`/v1/messages/${sentId}/events`);
    const { items } = JSON.parse(text) as { items: EventShown[] };
    expect(items[0]?.metadata).toMatchObject({ source: 'api', actor: 'shop' });
    expect(text).not.toContain(sender.key);
    expect(guarded.log.found([sender.key])).toEqual([]);
  });

  it('keeps the idempotency keys of two holders apart', async () => {
    const other = { 'idempotency-key': 'same' };
    const body = { to: recipient(), text: 'x' };
    const first = (await as(sender.key).post('/v1/messages', body, other)).as<{ id: string }>(202);
    const second = (await as(admin.key).post('/v1/messages', body, other)).as<{ id: string }>(202);
    expect(first.id).not.toBe(second.id);
  });

  it.each(['/', '/health/live', '/health/ready', '/metrics', '/docs', '/openapi.json'])(
    'are not needed for %s',
    async (path) => {
      expect((await as(undefined).get(path)).status).toBe(200);
    },
  );

  it('are not needed anywhere when none is configured', async () => {
    for (const [method, path] of routes) {
      expect([401, 403]).not.toContain((await waybill.api.call(method, path)).status);
    }
  });
});

describe('what an operator looks at', () => {
  it('protects every page with the usual headers', async () => {
    for (const path of ['/', '/docs', '/nowhere', '/v1/events']) {
      const { headers } = await waybill.api.get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('is alive and ready', async () => {
    expect((await waybill.api.get('/health/live')).as(200)).toEqual({ status: 'alive' });
    expect((await waybill.api.get('/health/ready')).as(200)).toMatchObject({
      status: 'ready',
      accepting: true,
      sending: true,
      parts: {
        ledger: { state: 'working', since: expect.any(String) },
        readModels: {
          state: 'working',
          behindEvents: expect.any(Number),
          behindSeconds: expect.any(Number),
        },
        sending: { state: 'working' },
      },
    });
    expect((await waybill.api.get('/health/ready?part=ledger')).status).toBe(200);
    expect((await waybill.api.get('/health/ready?part=ledgers')).problem.status).toBe(400);
  });

  it('counts calls and webhooks, without numbers or texts', async () => {
    await waybill.until(await waybill.send(recipient()), 'delivered');
    await waybill.until(await waybill.send(recipient('422')), 'failed');
    const { headers, text } = await waybill.api.get('/metrics');
    expect(headers.get('content-type')).toMatch('text/plain; version=0.0.4');
    expect(text).toMatch(
      /^waybill_attempts_total\{provider="vonage",outcome="accepted",class=""\} [1-9]/m,
    );
    expect(text).toMatch(
      /^waybill_attempts_total\{provider="vonage",outcome="refused",class="permanent"\} [1-9]/m,
    );
    expect(text).toMatch(/^waybill_webhooks_total\{webhook="status",result="applied"\} [1-9]/m);
    expect(text).toMatch(/^waybill_webhook_seconds_count [1-9]/m);
    expect(text).toMatch(/^process_cpu_seconds_total /m);
    // A measured figure may hold the digits of a number among its own.
    expect(text).not.toMatch(/(?<![\d.])4477\d{8}(?!\d)|parcel/);
  });

  it('finds its way from the index', async () => {
    const index = (await waybill.api.get('/')).as<Record<string, string>>(200);
    for (const path of Object.values(index).filter((value) => value.startsWith('/'))) {
      expect([path, (await waybill.api.get(path)).status]).toEqual([path, 200]);
    }
  });

  it('serves a page for people with everything that it loads', async () => {
    const { text } = await waybill.api.get('/docs');
    const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].flatMap(([, path]) => path ?? []);
    expect(loaded.length).toBeGreaterThan(2);
    for (const path of loaded) {
      const { pathname } = new URL(path, `${waybill.url}/docs`);
      expect([path, (await waybill.api.get(pathname)).status]).toEqual([path, 200]);
    }
  });
});
