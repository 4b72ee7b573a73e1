import { generateKeyPairSync } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Test } from '@nestjs/testing';
import { verifySignature } from '@vonage/jwt';
import * as fc from 'fast-check';
import { PAUSE_MS_MAX } from '../../../src/application/ports/pace.js';
import { VonageSmsGateway } from '../../../src/adapters/vonage/vonage-sms-gateway.js';
import { VonageModule } from '../../../src/adapters/vonage/vonage.module.js';
import { SMS_GATEWAY } from '../../../src/application/port-tokens.js';
import type {
  AttemptOutcome,
  AttemptRequest,
  SmsGateway,
} from '../../../src/application/ports/sms-gateway.js';
import { serve, type ScriptedServer } from '../../support/doubles/scripted-server.js';

const applicationId = 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab';
const pem = { type: 'pkcs8', format: 'pem' } as const;
const { publicKey, privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privateKey = key.export(pem).toString();

const messageUuid = '3f2b8c1e-5d4a-4e6f-9b70-1a2c3d4e5f60';
const sms: AttemptRequest = {
  clientRef: '0190a7d2-4b1c-7e3f-8a5b-0123456789ab.1',
  channel: 'sms',
  to: '447700900042',
  from: 'Waybill',
  text: 'Your parcel is here: “door 7” 📦',
  encoding: 'auto',
  ttlSeconds: null,
};

let server: ScriptedServer;
afterEach(() => server.close());

const gatewayTo = (apiHost: string, timeoutMs = 5_000): SmsGateway =>
  new VonageSmsGateway({ applicationId, privateKey, apiHost, timeoutMs });

async function sendTo(answer: RequestListener, timeoutMs?: number): Promise<AttemptOutcome> {
  server = await serve(answer);
  return gatewayTo(server.url, timeoutMs).send(sms);
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
const raw =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
const taken = json(202, { message_uuid: messageUuid });

describe('what Vonage is asked', () => {
  beforeEach(async () => {
    server = await serve(taken);
  });

  const asked = async (request: Partial<AttemptRequest>): Promise<unknown> => {
    await gatewayTo(server.url).send({ ...sms, ...request });
    return JSON.parse(server.hits[0]?.body ?? '');
  };
  const { to, from, text, clientRef } = sms;
  const common = {
    message_type: 'text',
    to,
    from,
    text,
    client_ref: clientRef,
    webhook_version: 'v1',
  };

  it('is one message, signed with the key of the application', async () => {
    await gatewayTo(server.url).send(sms);
    expect(server.hits).toMatchObject([{ method: 'POST', path: '/v1/messages' }]);
    const [scheme, token = ''] = (server.hits[0]?.headers.authorization ?? '').split(' ');
    expect(scheme).toBe('Bearer');
    expect(verifySignature(token, publicKey.export({ type: 'spki', format: 'pem' }))).toBe(true);
    const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    expect(JSON.parse(claims)).toMatchObject({ application_id: applicationId });
  });

  it.each([
    [{}, { channel: 'sms' }],
    [{ encoding: 'text' }, { channel: 'sms', sms: { encoding_type: 'text' } }],
    [{ encoding: 'unicode' }, { channel: 'sms', sms: { encoding_type: 'unicode' } }],
    [{ ttlSeconds: 600 }, { channel: 'sms', ttl: 600 }],
    [{ ttlSeconds: 5 }, { channel: 'sms', ttl: 20 }],
    [
      { channel: 'mms', ttlSeconds: 60 },
      { channel: 'mms', ttl: 300 },
    ],
    [
      { channel: 'rcs', ttlSeconds: 604_800 },
      { channel: 'rcs', ttl: 259_200 },
    ],
    [
      { channel: 'viber_service', ttlSeconds: 600 },
      { channel: 'viber_service', viber_service: { ttl: 600 } },
    ],
    [{ channel: 'whatsapp', ttlSeconds: 600, encoding: 'unicode' }, { channel: 'whatsapp' }],
    [{ channel: 'messenger', ttlSeconds: 600 }, { channel: 'messenger' }],
  ] as const)('is, for %j, the message %j', async (request, message) => {
    expect(await asked(request)).toEqual({ ...common, ...message });
  });

  it.each(['/', '//'])('goes to the right path from a host that ends in %s', async (end) => {
    await gatewayTo(server.url + end).send(sms);
    expect(server.hits[0]?.path).toBe('/v1/messages');
  });

  it('is asked through the module too', async () => {
    const account = { apiKey: 'abcd1234', apiSecret: 'secret', applicationId, privateKey };
    const config = { ...account, apiHost: server.url, timeoutMs: 5_000 };
    const module = await Test.createTestingModule({
      imports: [VonageModule.for(config, (gateway) => gateway)],
    }).compile();
    const outcome = await module.get<SmsGateway>(SMS_GATEWAY).send(sms);
    expect(outcome).toEqual({ kind: 'accepted', messageUuid });
  });
});

describe('a message that Vonage took', () => {
  it('has the id that Vonage gave it', async () => {
    expect(await sendTo(taken)).toEqual({ kind: 'accepted', messageUuid });
  });

  it('has its id in lower case, as in the webhooks', async () => {
    const answer = json(202, { message_uuid: messageUuid.toUpperCase(), workflow_id: 'Wf7' });
    expect(await sendTo(answer)).toEqual({ kind: 'accepted', messageUuid });
  });

  it('was taken where a redirect that keeps the request led', async () => {
    const target = await serve(taken);
    const outcome = await sendTo(raw(307, '', { location: `${target.url}/v1/messages` }));
    await target.close();
    expect(outcome).toEqual({ kind: 'accepted', messageUuid });
    expect([server.hits.length, target.hits.length]).toEqual([1, 1]);
  });
});

describe('a redirect to another origin', () => {
  it('does not get the token', async () => {
    const target = await serve(taken);
    await sendTo(raw(308, '', { location: `${target.url}/v1/messages` }));
    const [hit] = target.hits;
    await target.close();
    expect(hit?.headers.authorization).toBeUndefined();
    expect(hit?.body).toBe(server.hits[0]?.body);
  });
});

describe('an address that is not Vonage’s own', () => {
  const wrongAddress = (httpStatus: number, reason: string) => ({
    kind: 'refused',
    class: 'configuration',
    httpStatus,
    reason: expect.stringContaining(reason),
  });

  it.each([301, 307, 308])('takes no message by answering HTTP %i', async (status) => {
    const outcome = await sendTo(raw(status, '', { location: 'ftp://elsewhere.example/' }));
    expect(outcome).toMatchObject(wrongAddress(status, 'VONAGE_API_HOST redirects'));
  });

  it('takes no message by a redirect in circles', async () => {
    const outcome = await sendTo(raw(308, '', { location: '/v1/messages' }));
    expect(outcome).toMatchObject(wrongAddress(308, 'VONAGE_API_HOST redirects'));
  });

  it('is named where its redirect leads to a refusal for want of the token', async () => {
    const target = await serve(json(401, {}));
    const outcome = await sendTo(raw(308, '', { location: `${target.url}/v1/messages` }));
    await target.close();
    expect(outcome).toMatchObject(wrongAddress(401, 'VONAGE_API_HOST redirects'));
  });
});

describe('the connection to Vonage', () => {
  it('is used again by the next call', async () => {
    const ports = new Set<number | undefined>();
    server = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      taken(request, response);
    });
    const gateway = gatewayTo(server.url);
    for (let calls = 0; calls < 3; calls++) await gateway.send(sms);
    expect(ports.size).toBe(1);
  });

  it('breaks for one call only', async () => {
    server = await serve((request, response) => {
      if (server.hits.length === 2) request.socket.resetAndDestroy();
      else taken(request, response);
    });
    const gateway = gatewayTo(server.url);
    const kinds: string[] = [];
    for (let calls = 0; calls < 3; calls++) kinds.push((await gateway.send(sms)).kind);
    expect(kinds).toEqual(['accepted', 'unknown', 'accepted']);
    expect(server.hits).toHaveLength(3);
  });
});

describe('a message that Vonage refused', () => {
  const problem = (title: string) => ({
    type: 'https://developer.vonage.com/api-errors#some-error',
    title,
    detail: 'Check this and that',
    instance: 'bf0ca0bf927b3b52e3cb03217e1a1ddf',
  });

  it.each([
    [400, 'permanent', 'Vonage found a fault in the request'],
    [401, 'configuration', 'Vonage does not accept our credentials'],
    [402, 'configuration', 'The Vonage account is out of credit'],
    [403, 'configuration', 'The Vonage account may not do this'],
    [404, 'configuration', 'The configured address has no Messages API'],
    [405, 'configuration', 'The configured address has no Messages API'],
    [408, 'ambiguous', 'The request took too long'],
    [413, 'permanent', 'Vonage found a fault in the request'],
    [422, 'permanent', 'Vonage found a fault in the request'],
    [429, 'transient', 'Vonage asks us to send more slowly'],
    [451, 'permanent', 'Vonage found a fault in the request'],
    [500, 'ambiguous', 'may have taken the message all the same'],
    [502, 'ambiguous', 'may have taken the message all the same'],
    [503, 'ambiguous', 'may have taken the message all the same'],
    [504, 'ambiguous', 'may have taken the message all the same'],
    [599, 'ambiguous', 'may have taken the message all the same'],
  ])('with %i is %s: %s', async (status, errorClass, words) => {
    const headers = { 'content-type': 'application/problem+json' };
    expect(await sendTo(json(status, problem('Some Error'), headers))).toEqual({
      kind: 'refused',
      httpStatus: status,
      class: errorClass,
      reason: expect.stringMatching(new RegExp(`${words}.* \\(HTTP ${status}, Some Error\\)\\.$`)),
      problem: { ...problem('Some Error'), invalidParameters: [] },
      retryAfterMs: null,
    });
    expect(server.hits).toHaveLength(1);
  });

  it('names the parameters that Vonage found fault with', async () => {
    const invalid_parameters = [
      { name: 'ttl', reason: 'must be at least 20' },
      { name: 'from' },
      { reason: 'nameless' },
      'noise',
    ];
    const outcome = await sendTo(json(422, { ...problem('Invalid params'), invalid_parameters }));
    expect(outcome).toMatchObject({
      problem: {
        invalidParameters: [
          { name: 'ttl', reason: 'must be at least 20' },
          { name: 'from', reason: '' },
        ],
      },
    });
  });

  it('hides what stands in the places of a template, however short', async () => {
    const template = { name: 'parcel', language: 'en', parameters: ['Ada Lovelace', 'Bo', 'a'] };
    const detail = 'A parameter of parcel is wrong: "Ada Lovelace", "Bo", not Bob';
    server = await serve(json(422, { title: 'Invalid params', detail }));
    const outcome = await gatewayTo(server.url).send({ ...sms, channel: 'whatsapp', template });
    expect(outcome).toMatchObject({
      problem: { detail: 'A parameter of parcel is wrong: "…", "…", not Bob' },
    });
  });

  it('ends the reason with one full stop, also where the title of the problem has one', async () => {
    expect(await sendTo(json(401, { title: 'Wrong credentials.' }))).toMatchObject({
      reason: 'Vonage does not accept our credentials (HTTP 401, Wrong credentials).',
    });
  });

  it.each([
    ['HTML', raw(502, '<html><h1>502 Bad Gateway</h1></html>', { 'content-type': 'text/html' })],
    ['nothing', raw(502, '')],
    ['half a JSON', raw(502, '{"title":"Bad Gat')],
    ['a JSON text', json(502, 'Bad Gateway')],
    ['an empty object', json(502, {})],
    ['more than anybody reads', json(502, { title: 'x'.repeat(200_000) })],
  ])('has no problem in %s', async (_name, answer) => {
    expect(await sendTo(answer)).toMatchObject({
      kind: 'refused',
      httpStatus: 502,
      problem: null,
      reason: expect.stringMatching(/\(HTTP 502\)\.$/),
    });
  });

  it('has a problem of bounded length', async () => {
    const long = 'x'.repeat(3_000);
    const invalid_parameters = Array.from({ length: 30 }, () => ({ name: long, reason: long }));
    const body = { title: long, detail: long, type: long, instance: long };
    const outcome = await sendTo(json(422, body));
    expect(JSON.stringify(outcome).length).toBeLessThan(1_800);
    await server.close();
    const many = invalid_parameters.map(({ name }, index) => ({
      name: name.slice(0, 9),
      reason: `${index}`,
    }));
    const other = await sendTo(json(422, { title: 'x', invalid_parameters: many }));
    expect(other).toMatchObject({ problem: { invalidParameters: { length: 20 } } });
  });

  it('is told by its status when the rest of the answer does not come in time', async () => {
    const outcome = await sendTo((_request, response) => {
      response.writeHead(503, { 'content-type': 'application/json', 'content-length': 500 });
      response.write('{"title":');
    }, 800);
    expect(outcome).toMatchObject({ kind: 'refused', httpStatus: 503, problem: null });
  });
});

describe('how long to wait', () => {
  const waitAfter = async (headers: Record<string, string>): Promise<number | null> => {
    const outcome = await sendTo(json(429, { title: 'Rate Limit Hit' }, headers));
    return outcome.kind === 'refused' ? outcome.retryAfterMs : NaN;
  };
  /** The time in the answer's header, which need not equal ours. */
  const answered = new Date('2031-05-04T10:00:00Z');
  const soon = new Date(answered.getTime() + 20_000);

  it.each([
    [{ 'retry-after': '15' }, 15_000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '15', 'x-ratelimit-reset': '1' }, 15_000],
    [{ 'retry-after': 'soon', 'x-ratelimit-reset': '7' }, 7_000],
    [{ 'retry-after': '-5' }, null],
    [{ 'retry-after': '99999999' }, PAUSE_MS_MAX],
    [{ 'retry-after': '99999999999999999999' }, PAUSE_MS_MAX],
    [{ 'retry-after': '20.5' }, 20_500],
    [{ 'x-ratelimit-reset': '9999999999999' }, PAUSE_MS_MAX],
    [{ 'x-ratelimit-reset': '1000000000000' }, 0],
    [{ 'retry-after': 'Tue, 01 Jan 2019 00:00:00 GMT' }, 0],
    [{}, null],
  ])('is read from %j as %j', async (headers, expected) => {
    expect(await waitAfter(headers as Record<string, string>)).toBe(expected);
  });

  it.each([
    ['a date', { 'retry-after': soon.toUTCString() }, 20_000],
    ['an ISO 8601 date', { 'retry-after': soon.toISOString() }, 20_000],
    ['a moment in milliseconds', { 'x-ratelimit-reset': String(soon.getTime()) }, 20_000],
    ['a moment in seconds', { 'x-ratelimit-reset': String(soon.getTime() / 1000) }, 20_000],
    ['a date a year ahead', { 'retry-after': 'Tue, 04 May 2032 10:00:00 GMT' }, PAUSE_MS_MAX],
    ['milliseconds', { 'retry-after': '15000' }, PAUSE_MS_MAX],
  ])('is read from %s', async (_name, headers, expected) => {
    expect(await waitAfter({ ...headers, date: answered.toUTCString() })).toBe(expected);
  });
});

describe('a message of which nobody can say whether Vonage took it', () => {
  it.each<[string, RequestListener, string]>([
    ['202 without a body', raw(202, ''), 'could not be read'],
    ['202 as plain text', raw(202, 'OK', { 'content-type': 'text/plain' }), 'could not be read'],
    ['202 without an id', json(202, {}), 'without an id'],
    ['202 with an id that is none', json(202, { message_uuid: 'soon' }), 'without an id'],
    ['202 with an id that is a number', json(202, { message_uuid: 7 }), 'without an id'],
    [
      '202 with broken JSON',
      raw(202, '{"message', { 'content-type': 'application/json', 'content-length': '9' }),
      'could not be read',
    ],
    [
      '202 with broken JSON of unknown length',
      (_request, response) => {
        response.writeHead(202, { 'content-type': 'application/json' });
        response.write('{"mess');
        response.end('age');
      },
      'could not be read',
    ],
    ['202 with null', json(202, null), 'could not be read'],
    [
      'a connection that breaks after the request',
      (request) => {
        request.socket.resetAndDestroy();
      },
      'broke while the request was under way',
    ],
    [
      'a connection that closes after the request',
      (request) => {
        request.socket.end();
      },
      'broke while the request was under way',
    ],
    [
      'an answer that is no HTTP',
      (request) => {
        request.socket.end('nonsense\r\n\r\n');
      },
      'broke while the request was under way',
    ],
    ['a redirect that may say that all is done', raw(303, ''), 'redirected'],
  ])('is unknown after %s', async (_name, answer, reason) => {
    const outcome = await sendTo(answer);
    expect(outcome).toEqual({ kind: 'unknown', reason: expect.stringContaining(reason) });
    expect(server.hits).toHaveLength(1);
  });

  it.each<[string, RequestListener]>([
    ['an answer', () => {}],
    [
      'the end of an answer of known length',
      (_request, response) => {
        response.writeHead(202, { 'content-type': 'application/json', 'content-length': 99 });
        response.write('{"message_uuid":');
      },
    ],
    [
      'the end of an answer of unknown length',
      (_request, response) => {
        response.writeHead(202, { 'content-type': 'application/json' });
        response.write('{"message_uuid":');
      },
    ],
  ])('is unknown when the time is up before %s', async (_name, answer) => {
    const outcome = await sendTo(answer, 400);
    expect(outcome).toEqual({
      kind: 'unknown',
      reason: expect.stringMatching(/did not answer within 400 ms|answer could not be read/),
    });
    expect(server.hits).toHaveLength(1);
  });

  it('is unknown after a redirect that leads in circles', async () => {
    const outcome = await sendTo(raw(302, '', { location: '/v1/messages' }));
    expect(outcome.kind).toBe('unknown');
  });

  it('is unknown when a redirect led to a refusal of something else', async () => {
    const outcome = await sendTo((request, response) => {
      if (request.method === 'POST') response.writeHead(302, { location: '/login' });
      else response.writeHead(404);
      response.end();
    });
    expect(outcome).toEqual({
      kind: 'unknown',
      reason: expect.stringContaining('redirected'),
    });
  });
});

describe('a message that was not sent', () => {
  beforeEach(async () => {
    server = await serve(taken);
  });

  const notSent = (errorClass: string, reason: string) => ({
    kind: 'refused',
    httpStatus: null,
    class: errorClass,
    reason: expect.stringContaining(reason),
    problem: null,
    retryAfterMs: null,
  });

  it('may be sent again when nobody listens', async () => {
    const { url } = server;
    await server.close();
    const outcome = await gatewayTo(url).send(sms);
    expect(outcome).toEqual(notSent('transient', 'nothing was sent (ECONNREFUSED)'));
    server = await serve(taken);
  });

  it('may be sent again when the host has no address', async () => {
    const outcome = await gatewayTo('http://vonage.invalid').send(sms);
    expect(outcome).toEqual(notSent('transient', 'nothing was sent (E'));
  });

  it.each<[string, (socket: Socket) => void]>([
    ['closes the connection', (socket) => socket.destroy()],
    ['resets the connection', (socket) => socket.resetAndDestroy()],
    ['does not speak TLS', (socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')],
  ])('may be sent again when the host %s before the handshake', async (_name, answer) => {
    const host = createServer(answer);
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const { port } = host.address() as AddressInfo;
    const outcome = await gatewayTo(`https://127.0.0.1:${port}`).send(sms);
    host.close();
    expect(outcome).toEqual(notSent('transient', 'nothing was sent (E'));
  });

  it.each([
    ['another protocol', 'ftp://127.0.0.1'],
    ['no address', 'not an address'],
  ])('waits for the configuration: %s', async (_name, apiHost) => {
    const outcome = await gatewayTo(apiHost).send(sms);
    expect(outcome).toEqual(notSent('configuration', 'cannot be called'));
  });

  const small = () =>
    generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export(pem).toString();
  const elliptic = () =>
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(pem).toString();

  it.each([
    ['', 'not a PEM private key'],
    ['-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', 'not a PEM private key'],
    ['/etc/hostname', 'not a PEM private key'],
    [publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'not a PEM private key'],
    [small(), 'has 1024 bits'],
    [elliptic(), 'not an RSA key'],
  ])('waits for a better private key (row %#)', async (wrongKey, reason) => {
    const config = { applicationId, privateKey: wrongKey, apiHost: server.url, timeoutMs: 1_000 };
    const outcome = await new VonageSmsGateway(config).send(sms);
    expect(outcome).toEqual(notSent('configuration', reason));
    expect(server.hits).toEqual([]);
  });

  it('waits for an application id', async () => {
    const config = { applicationId: '', privateKey, apiHost: server.url, timeoutMs: 1_000 };
    const outcome = await new VonageSmsGateway(config).send(sms);
    expect(outcome).toEqual(notSent('configuration', 'no application id'));
  });
});

describe('an outcome', () => {
  const number = fc.stringMatching(/^[1-9][0-9]{6,14}$/);
  // Long enough not to occur elsewhere by accident.
  const text = fc.string({ unit: 'grapheme', minLength: 12, maxLength: 60 });
  const status = fc.constantFrom(400, 401, 422, 429, 500, 503);
  const field = fc.constantFrom('type', 'title', 'detail', 'instance', 'name', 'reason');
  const textsIn = (value: unknown): string[] => {
    if (typeof value !== 'object' || value === null) return [String(value)];
    return Object.values(value).flatMap(textsIn);
  };
  const spaced = (digits: string) => `+${digits.replace(/(\d{3})/g, '$1 ')}`;

  it('never repeats the token, the text or the number, even when Vonage does', async () => {
    let echo = '';
    let answerStatus = 400;
    let echoedField = 'detail';
    let authorization = '';
    server = await serve((request, response) => {
      authorization = request.headers.authorization ?? '';
      const { body = '' } = server.hits.at(-1) ?? {};
      const said = `${'x'.repeat(5)} ${echo} ${authorization} ${body}`;
      response.writeHead(answerStatus, { 'content-type': 'application/problem+json' });
      response.end(
        JSON.stringify({
          title: 'Refused',
          [echoedField]: said,
          invalid_parameters: [{ name: 'text', [echoedField]: said }],
        }),
      );
    });
    const gateway = gatewayTo(server.url);
    await fc.assert(
      fc.asyncProperty(number, number, text, status, field, async (to, from, typed, code, name) => {
        [answerStatus, echoedField] = [code, name];
        echo = `${typed} to ${spaced(to)} from ${from}`;
        const outcome = await gateway.send({ ...sms, to, from, text: typed });
        expect(outcome).toMatchObject({ kind: 'refused', httpStatus: code });
        const told = textsIn(outcome).join(' ');
        const [, , signature = 'none'] = authorization.split('.');
        const digits = told.replace(/[^\d]/g, '');
        for (const secret of ['eyJ', signature, typed]) expect(told).not.toContain(secret);
        for (const secret of [to, from]) expect(digits).not.toContain(secret);
      }),
      { numRuns: 150 },
    );
  });
});
