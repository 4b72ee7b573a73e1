import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { GuardedHttp, targetOf } from '../../../src/adapters/guarded-http/guarded-http.js';
import { HttpWebhookSender } from '../../../src/adapters/outgoing-webhooks/http-webhook-sender.js';
import { eventually } from '../../support/watching/eventually.js';

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const OLD_SECRET = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let server: Server;
let port: number;
let received: Received[];
let connections: number;
let status: number;
let headersOfAnswer: Readonly<Record<string, string>>;
let senders: HttpWebhookSender[];

beforeEach(async () => {
  received = [];
  connections = 0;
  status = 200;
  headersOfAnswer = {};
  senders = [];
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status, {
        location: `http://127.0.0.1:${port}/elsewhere`,
        'retry-after': '7',
        ...headersOfAnswer,
      });
      response.end('x');
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});

afterEach(() => {
  for (const sender of senders) sender.close();
  server.closeAllConnections();
  server.close();
});

function senderWith(
  settings: ConstructorParameters<typeof HttpWebhookSender>[0],
): HttpWebhookSender {
  const sender = new HttpWebhookSender(settings);
  senders.push(sender);
  return sender;
}

const post = (sender: HttpWebhookSender, url: string, secrets = [SECRET]) =>
  sender.send(
    { url, secrets, id: 'evt_1', at: new Date(), body: '{"type":"endpoint.test","größe":1}' },
    new AbortController().signal,
  );

const connectionsOf = (listening: Server): Promise<number> =>
  new Promise((resolve) => listening.getConnections((_, count) => resolve(count)));

const allowing = { allowsPrivateNetworks: true };

it("is accepted by the specification's own library, under the new and the old secret", async () => {
  const sender = senderWith(allowing);
  const outcome = await post(sender, `http://127.0.0.1:${port}/in`, [SECRET, OLD_SECRET]);
  expect(outcome).toEqual({ httpStatus: 200, error: null, retryAfterMs: 7_000 });
  const { headers, body } = received[0] as Received;
  for (const secret of [SECRET, OLD_SECRET]) {
    const verified = new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(verified).toEqual({ type: 'endpoint.test', größe: 1 });
  }
  const wrong = new Webhook(`whsec_${Buffer.alloc(32, 3).toString('base64')}`);
  expect(() => wrong.verify(body, headers as Record<string, string>)).toThrow(
    'No matching signature found',
  );
});

it.each([301, 302, 307, 308, 400, 410, 500])(
  'counts %i as a failure, and follows nothing',
  async (answer) => {
    status = answer;
    const outcome = await post(senderWith(allowing), `http://127.0.0.1:${port}/in`);
    expect(outcome).toMatchObject({
      httpStatus: answer,
      error: expect.stringContaining(`${answer}`),
    });
    expect(received).toHaveLength(1);
  },
);

it('reports that nobody listens', async () => {
  const { port: freed } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const outcome = await post(senderWith(allowing), `http://127.0.0.1:${freed}/in`);
  expect(outcome).toMatchObject({
    httpStatus: null,
    error: expect.stringContaining('ECONNREFUSED'),
  });
});

it('ends what is under way when its own work stops, and nothing else', async () => {
  const held: ServerResponse[] = [];
  server.removeAllListeners('request');
  server.on('request', (_, response) => held.push(response));
  const sender = senderWith(allowing);
  const [stopped, other] = [new AbortController(), new AbortController()];
  const webhook = {
    url: `http://127.0.0.1:${port}/in`,
    secrets: [SECRET],
    id: 'evt_1',
    at: new Date(),
    body: '{}',
  };
  const ended = [sender.send(webhook, stopped.signal), sender.send(webhook, stopped.signal)];
  const kept = sender.send(webhook, other.signal);
  await eventually(() => held.length === 3);
  stopped.abort();
  for (const one of ended) {
    expect(await one).toMatchObject({ httpStatus: null, error: expect.any(String) });
  }
  expect(await sender.send(webhook, stopped.signal)).toMatchObject({ httpStatus: null });
  for (const response of held) response.writeHead(204).end();
  expect(await kept).toMatchObject({ httpStatus: 204, error: null });
});

/** Forms of loopback, private and metadata addresses (OWASP, Server Side Request Forgery Prevention). */
const forbidden = [
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '0x7f.0.0.1',
  '127.000.000.1',
  '\uff11\uff12\uff17.0.0.1',
  '①②⑦.⓪.⓪.①',
  '0',
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '100.100.100.200',
  '169.254.169.254',
  '2852039166',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '168.63.129.16',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:169.254.169.254]',
  '[::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2001::1]',
  '[2001:db8::1]',
  '[100::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[5f00::1]',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'a.localhost',
  'printer',
  'printer.local',
  'metadata.google.internal',
  'metadata.google.internal.',
];

it.each(forbidden)('refuses https://%s at registration, and connects to nothing', async (host) => {
  const sender = senderWith({ allowsPrivateNetworks: false });
  for (const url of [`https://${host}:${port}/`, `https://${host}/`]) {
    expect(sender.addressFault(url)).toEqual(expect.any(String));
    expect(await post(sender, url)).toMatchObject({ httpStatus: null });
  }
  expect(connections).toBe(0);
});

it.each([
  'http://example.com/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'gopher://127.0.0.1/',
  'https://user:password@example.com/',
  'https://',
  'example.com',
  '',
])('refuses %j', (url) => {
  expect(senderWith({ allowsPrivateNetworks: false }).addressFault(url)).toEqual(
    expect.any(String),
  );
});

it.each([
  'https://example.com/in',
  'https://1.1.1.1/',
  'https://[2606:4700::1111]/',
  'https://example.com.:8443/',
])('takes %s', (url) =>
  expect(senderWith({ allowsPrivateNetworks: false }).addressFault(url)).toBeUndefined(),
);

it.each([
  ['only a private address', ['127.0.0.1']],
  ['a private address among public ones', ['1.1.1.1', '10.0.0.1']],
  ['IPv4 in IPv6', ['::ffff:127.0.0.1']],
  ['no address', []],
])('connects to nothing where a name has %s', async (_, addresses) => {
  const resolve = async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const sender = senderWith({ allowsPrivateNetworks: false, resolve });
  const outcome = await post(sender, `https://rebinding.example.com:${port}/`);
  expect(outcome).toMatchObject({
    httpStatus: null,
    error: expect.stringContaining('the name of the host'),
  });
  expect(connections).toBe(0);
});

it('asks again for each connection, so that a name that changes its meaning is refused', async () => {
  const answers = ['192.0.2.1', '127.0.0.1'];
  const resolve = async () => [{ address: answers.shift() ?? '127.0.0.1', family: 4 }];
  const sender = senderWith({ allowsPrivateNetworks: false, resolve });
  for (const _ of [1, 2, 3]) {
    const outcome = await post(sender, `https://rebinding.example.com:${port}/`);
    expect(outcome.error).toContain('private network');
  }
  expect(connections).toBe(0);
});

it('checks the address of each connection, also where its URL was not', async () => {
  const bytes: Buffer[] = [];
  server.on('connection', (socket) => socket.on('data', (some: Buffer) => bytes.push(some)));
  const http = new GuardedHttp({ allowsPrivateNetworks: false });
  for (const protocol of ['http', 'https']) {
    const request = http.open(targetOf(new URL(`${protocol}://127.0.0.1:${port}/`)), {});
    const failing = once(request, 'error');
    request.end('secret');
    const [error] = await failing;
    expect(String(error)).toContain('the connection leads to a private network');
  }
  http.close();
  expect(Buffer.concat(bytes)).toHaveLength(0);
  expect(received).toEqual([]);
});

it.each([
  ['seconds', '90', 90_000],
  ["a date by the receiver's clock", 'Tue, 04 Mar 2031 12:01:30 GMT', 90_000],
  ['a date that is past', 'Tue, 04 Mar 2031 11:00:00 GMT', null],
  ['something else', 'soon', null],
])('reads a wait that is given as %s', async (_, wait, retryAfterMs) => {
  status = 503;
  headersOfAnswer = { 'retry-after': wait, date: 'Tue, 04 Mar 2031 12:00:00 GMT' };
  const outcome = await post(senderWith(allowing), `http://127.0.0.1:${port}/in`);
  expect(outcome).toMatchObject({ httpStatus: 503, retryAfterMs });
});

it('ends an attempt whose answer changes the protocol, and a post likewise', async () => {
  const switching = createServer((request) => {
    const { socket } = request;
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: other\r\n\r\n');
  });
  switching.listen(0, '127.0.0.1');
  await once(switching, 'listening');
  const url = `http://127.0.0.1:${(switching.address() as AddressInfo).port}/`;
  const http = new GuardedHttp({ allowsPrivateNetworks: true });
  try {
    expect(await post(senderWith({ allowsPrivateNetworks: true }), url)).toEqual({
      httpStatus: null,
      error: 'the answer is none of HTTP',
      retryAfterMs: null,
    });
    const posting = http.post(new URL(url), {}, 'text', new AbortController().signal);
    await expect(posting).rejects.toThrow('the answer is none of HTTP');
  } finally {
    http.close();
    switching.close();
  }
});

it('posts again over a new connection where an idle one is closed as it is used', async () => {
  const used = new WeakSet<object>();
  server.prependListener('request', ({ socket }) => {
    if (used.has(socket)) socket.destroy();
    used.add(socket);
  });
  const sender = senderWith(allowing);
  for (const _ of [1, 2, 3]) {
    expect(await post(sender, `http://127.0.0.1:${port}/in`)).toMatchObject({ httpStatus: 200 });
  }
  expect(connections).toBe(3);
});

it('does not post again what was answered before the connection broke', async () => {
  server.removeAllListeners('request');
  const used = new WeakSet<object>();
  let posts = 0;
  server.on('request', ({ socket }, response) => {
    posts += 1;
    if (!used.has(socket)) response.end('x');
    else
      response.writeHead(200, { 'content-length': 2 }).write('x', () => socket.resetAndDestroy());
  });
  server.on('request', ({ socket }) => used.add(socket));
  const sender = senderWith(allowing);
  for (const _ of [1, 2, 3, 4]) {
    expect(await post(sender, `http://127.0.0.1:${port}/in`)).toMatchObject({ httpStatus: 200 });
    await eventually(async () => (await connectionsOf(server)) === 0 || posts % 2 === 1);
  }
  expect(posts).toBe(4);
});

it('does not post again where a receiver closes a new connection', async () => {
  server.prependListener('request', ({ socket }) => socket.destroy());
  const outcome = await post(senderWith(allowing), `http://127.0.0.1:${port}/in`);
  expect(outcome).toMatchObject({ httpStatus: null, error: 'socket hang up' });
  expect(connections).toBe(1);
});

it('closes an idle connection before the receiver does', async () => {
  headersOfAnswer = { 'keep-alive': 'timeout=2' };
  server.keepAliveTimeout = 0;
  const connected = once(server, 'connection') as Promise<[Socket]>;
  expect(await post(senderWith(allowing), `http://127.0.0.1:${port}/in`)).toMatchObject({
    httpStatus: 200,
  });
  const [connection] = await connected;
  await eventually(() => connection.closed);
});
