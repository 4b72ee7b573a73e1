import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server as AnyServer } from 'node:net';
import { Readable } from 'node:stream';
import { fetchUntil, type Asked } from '../../src/commands/fetch-until.js';
import { ServiceClient } from '../../src/commands/service-client.js';
import { makeCertificate } from '../../testing/eventstoredb-double/certificate.js';

interface Arrived {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let arrived: Arrived[];
let answer: (response: ServerResponse) => void;

beforeEach(async () => {
  arrived = [];
  answer = (response) => response.end('{"taken":true}');
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (some: string) => (body += some));
    request.on('end', () => {
      arrived.push({ method: String(request.method), headers: request.headers, body });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const ask = (asked: Partial<Asked> = {}): Promise<Response> => {
  const { port } = server.address() as AddressInfo;
  const { signal } = new AbortController();
  return fetchUntil(`http://127.0.0.1:${port}/`, { headers: new Headers(), signal, ...asked });
};

it.each(['POST', 'PATCH', 'DELETE'])('sends the body of a %s with its length', async (method) => {
  const response = await ask({ method, body: '{"größe":1}' });
  expect(await response.json()).toEqual({ taken: true });
  expect(arrived).toEqual([
    expect.objectContaining({
      method,
      body: '{"größe":1}',
      headers: expect.objectContaining({ 'content-length': '13' }),
    }),
  ]);
});

it('sends a stream, and asks without a body', async () => {
  const body = Readable.from(['one ', 'two']);
  await ask({ method: 'POST', body, headers: new Headers({ 'content-length': '7' }) });
  await ask();
  expect(arrived.map((one) => [one.method, one.body])).toEqual([
    ['POST', 'one two'],
    ['GET', ''],
  ]);
});

it('hands over the status and the headers, also where nothing follows', async () => {
  answer = (response) => response.writeHead(204, { 'x-so': 'yes' }).end();
  const empty = await ask();
  expect([empty.status, empty.headers.get('x-so'), await empty.text()]).toEqual([204, 'yes', '']);
  answer = (response) => response.writeHead(503, { 'retry-after': '2' }).end('{"title":"later"}');
  const refused = await ask();
  expect([refused.ok, refused.headers.get('retry-after')]).toEqual([false, '2']);
  expect(await refused.json()).toEqual({ title: 'later' });
});

it('hands over the first line before the last is written', async () => {
  const { promise, resolve } = Promise.withResolvers<ServerResponse>();
  answer = (response) => {
    response.write('first\n');
    resolve(response);
  };
  const { body } = await ask();
  if (body === null) throw new Error('nothing came');
  const lines = Readable.fromWeb(body).setEncoding('utf8')[Symbol.asyncIterator]();
  expect((await lines.next()).value).toBe('first\n');
  (await promise).end('last\n');
  expect((await lines.next()).value).toBe('last\n');
});

it('rejects where nobody listens, where the answer breaks off, and once its signal aborts', async () => {
  answer = (response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{', () => response.destroy());
  };
  await expect(ask().then((response) => response.json())).rejects.toThrow('aborted');
  answer = () => undefined;
  await expect(ask({ signal: AbortSignal.timeout(50) })).rejects.toThrow('aborted');
  await new Promise((resolve) => {
    server.closeAllConnections();
    server.close(resolve);
  });
  const { signal } = new AbortController();
  const nobody = fetchUntil('http://127.0.0.1:9/', { headers: new Headers(), signal });
  await expect(nobody).rejects.toThrow('ECONNREFUSED');
});

describe('a command that gets no answer', () => {
  let other: AnyServer;

  afterEach(() => other.close());

  const complaint = async (scheme: string): Promise<string> => {
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const url = `${scheme}://127.0.0.1:${port}`;
    const client = ServiceClient.fromEnvironment({ WAYBILL_URL: url });
    return client.sending().then(
      () => 'none',
      (error: unknown) => (error as Error).message.replaceAll(url, 'URL'),
    );
  };

  it('names a certificate that is not trusted', async () => {
    const { certificate, privateKey } = makeCertificate();
    other = createHttps({ cert: certificate, key: privateKey });
    expect(await complaint('https')).toMatch(
      /^The certificate of URL is not trusted: .*NODE_EXTRA_CA_CERTS\.$/,
    );
  });

  it('asks for http:// where the server does not speak TLS', async () => {
    other = createServer();
    expect(await complaint('https')).toMatch(/^URL does not speak TLS .*http:\/\/\?$/);
  });

  it('tells a connection that was closed from one that nobody took', async () => {
    other = createTcp((socket) => socket.destroy());
    expect(await complaint('http')).toMatch(/^URL closed the connection without an answer\./);
  });
});
