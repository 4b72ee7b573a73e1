import { request as send } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { createApiKey, parseApiKeys } from '../../../../src/application/access/api-keys.js';
import type { MessageShown } from '../../../support/facts/api.js';
import { RawConnection } from '../../../support/processes/raw-connection.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../../support/worlds/waybill.js';

const key = createApiKey('root', ['admin']);

let keyless: Waybill;
let tunnelled: Waybill;
let guarded: Waybill;

beforeAll(async () => {
  keyless = await startWaybill();
  tunnelled = await startWaybill({ config: { publicUrl: 'https://waybill.example' } });
  guarded = await startWaybill({ config: { apiKeys: parseApiKeys(key.configured).keys } });
});
afterAll(stopWaybills);

interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends headers that `fetch` does not let a caller choose. */
async function call({ url }: Waybill, { method = 'GET', path = '/', headers }: Call) {
  const body = method === 'POST' ? JSON.stringify({ to: recipient(), text: 'x' }) : '';
  const hasBody = body !== '' && !path.endsWith('/cancel') && !path.endsWith('/retry');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = send(
      url + path,
      {
        method,
        headers: { ...(hasBody ? { 'content-type': 'application/json' } : {}), ...headers },
      },
      resolve,
    );
    request.on('error', reject);
    request.end(hasBody ? body : undefined);
  });
  return { status: response.statusCode, text: await readText(response) };
}

const post = { method: 'POST', path: '/v1/messages' };
const port = () => new URL(keyless.url).port;

describe('a service without keys', () => {
  it.each(['evil.example', 'evil.example:3000', 'localhost.evil.example', '10.0.0.1', '127.evil'])(
    'does not answer under the name %s',
    async (host) => {
      for (const request of [post, { path: '/v1/messages' }, { path: '/metrics' }, { path: '/' }]) {
        const answer = await call(keyless, { ...request, headers: { host } });
        expect(answer.status).toBe(421);
        expect(answer.text).toContain('PUBLIC_URL');
      }
    },
  );

  it.each([
    'localhost',
    'LOCALHOST:9999',
    '127.0.0.1',
    '127.1.2.3:80',
    '[::1]:3000',
    'a.localhost',
  ])('answers as %s', async (host) => {
    expect((await call(keyless, { ...post, headers: { host } })).status).toBe(202);
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another port of this machine', { origin: 'http://localhost:1' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a cross-site request', { 'sec-fetch-site': 'cross-site' }],
    ['a form of another page', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }],
    ['a same-site request', { 'sec-fetch-site': 'same-site' }],
  ])('takes nothing from %s, with or without a body', async (_, headers) => {
    const id = await keyless.send(recipient('021'), { sendAt: '2027-01-01T00:00:00Z' });
    for (const path of [
      '/v1/messages',
      '/v1/messages/batch',
      `/v1/messages/${id}/cancel`,
      '/v1/parked-events/retry',
    ]) {
      expect((await call(keyless, { method: 'POST', path, headers })).status).toBe(403);
    }
    const message = (await keyless.api.get(`/v1/messages/${id}`)).as<MessageShown>(200);
    expect(message.status).toBe('scheduled');
  });

  it('takes requests of its own pages, and lets links lead to it', async () => {
    const own = { origin: `http://localhost:${port()}`, host: `localhost:${port()}` };
    expect((await call(keyless, { ...post, headers: own })).status).toBe(202);
    for (const site of ['same-origin', 'none']) {
      expect((await call(keyless, { ...post, headers: { 'sec-fetch-site': site } })).status).toBe(
        202,
      );
    }
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await call(keyless, { path: '/docs', headers: link })).status).toBe(200);
    expect(
      (await call(keyless, { path: '/docs', headers: { ...link, 'sec-fetch-mode': 'cors' } }))
        .status,
    ).toBe(403);
  });

  it.each(['/webhooks/status', '/webhooks/inbound'])(
    'takes webhooks under any name: %s',
    async (path) => {
      const headers = {
        host: 'evil.example',
        origin: 'https://evil.example',
        'sec-fetch-site': 'cross-site',
      };
      // Unsigned, so the answer asks for a signed one with 503: Vonage repeats after that, but not after a 4xx.
      expect((await call(keyless, { method: 'POST', path, headers })).status).toBe(503);
    },
  );

  it('tells everybody how it is', async () => {
    for (const path of ['/health/live', '/health/ready']) {
      expect((await call(keyless, { path, headers: { host: 'evil.example' } })).status).toBe(200);
    }
  });
});

it('answers under the name of PUBLIC_URL, and to its pages', async () => {
  for (const host of ['waybill.example', 'WAYBILL.example:443', 'localhost']) {
    expect((await call(tunnelled, { ...post, headers: { host } })).status).toBe(202);
  }
  const page = { host: 'waybill.example', origin: 'https://waybill.example' };
  expect((await call(tunnelled, { ...post, headers: page })).status).toBe(202);
  for (const host of ['waybill.example:444', 'x.waybill.example']) {
    expect((await call(tunnelled, { ...post, headers: { host } })).status).toBe(421);
  }
});

it('leaves it to the key where there are keys', async () => {
  const headers = { host: 'any.example', authorization: `Bearer ${key.key}` };
  expect((await call(guarded, { ...post, headers })).status).toBe(202);
});

describe('a target in absolute form', () => {
  const ask = async (target: string, host = 'localhost') => {
    const connection = await RawConnection.open(keyless.url);
    connection.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const [status] = await connection.answers(1);
    connection.close();
    return status;
  };

  it('means the same as its path', async () => {
    expect(await ask('http://localhost/health/live')).toBe(200);
    expect(await ask('HTTP://127.0.0.1:3000/v1/messages?limit=1')).toBe(200);
    expect(await ask('http://localhost')).toBe(200);
    expect(await ask('http://localhost?x=1')).toBe(200);
    expect(await ask('http://localhost/nowhere')).toBe(404);
    expect(await ask('http://localhost/webhooks/status')).toBe(405);
  });

  it('names the host in the place of the header', async () => {
    expect(await ask('http://evil.example/v1/messages', 'localhost')).toBe(421);
    expect(await ask('http://localhost/v1/messages', 'evil.example')).toBe(200);
  });
});

it('keeps idle connections for longer than balancers do', async () => {
  const { headers } = await keyless.api.get('/health/live');
  expect(headers.get('keep-alive')).toBe('timeout=75');
});

it('packs large answers where the caller can unpack them', async () => {
  const packed = await keyless.api.get('/openapi.json', { 'accept-encoding': 'gzip' });
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  expect(packed.body).toMatchObject({ openapi: '3.1.0' });
  const plain = await keyless.api.get('/openapi.json', { 'accept-encoding': 'identity' });
  expect(plain.headers.get('content-encoding')).toBeNull();
  expect(plain.text).toBe(packed.text);
});
