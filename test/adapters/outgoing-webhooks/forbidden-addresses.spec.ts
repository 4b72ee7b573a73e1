import * as fc from 'fast-check';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpWebhookSender } from '../../../src/adapters/outgoing-webhooks/http-webhook-sender.js';

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

/** Listens on all addresses of this machine, so that a connection to any of them is seen. */
let server: Server;
let port: number;
let connections = 0;
const senders: HttpWebhookSender[] = [];

beforeAll(async () => {
  server = createServer((_, response) => void response.writeHead(204).end());
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, resolve));
  ({ port } = server.address() as AddressInfo);
});
beforeEach(() => {
  connections = 0;
});
afterAll(() => {
  for (const sender of senders) sender.close();
  server.closeAllConnections();
  server.close();
});

function senderResolving(
  resolve: (name: string) => Promise<readonly { address: string; family: number }[]>,
): HttpWebhookSender {
  const sender = new HttpWebhookSender({ allowsPrivateNetworks: false, resolve });
  senders.push(sender);
  return sender;
}

const attempt = (sender: HttpWebhookSender, url: string) =>
  sender.send(
    { url, secrets: [SECRET], id: 'evt_1', at: new Date(), body: '{}' },
    AbortSignal.timeout(2_000),
  );

type Octets = readonly [number, number, number, number];
const octet = fc.nat(255);
const oneOf = (...values: readonly number[]) => fc.constantFrom(...values);
const between = (min: number, max: number) => fc.integer({ min, max });

/** Networks that RFC 6890 and its successors keep from the Internet, and the metadata services of clouds. */
const privateIPv4: fc.Arbitrary<Octets> = fc.oneof(
  fc.tuple(oneOf(0, 10, 127), octet, octet, octet),
  fc.tuple(oneOf(100), between(64, 127), octet, octet),
  fc.tuple(oneOf(169), oneOf(254), octet, octet),
  fc.tuple(oneOf(172), between(16, 31), octet, octet),
  fc.tuple(oneOf(192), oneOf(168), octet, octet),
  fc.tuple(oneOf(192), oneOf(0), oneOf(0, 2), octet),
  fc.tuple(oneOf(192), oneOf(88), oneOf(99), octet),
  fc.tuple(oneOf(198), between(18, 19), octet, octet),
  fc.tuple(oneOf(198), oneOf(51), oneOf(100), octet),
  fc.tuple(oneOf(203), oneOf(0), oneOf(113), octet),
  fc.tuple(between(224, 255), octet, octet, octet),
  // Oracle, Alibaba, AWS and others, Azure's wire server.
  fc.constantFrom<Octets>(
    [192, 0, 0, 192],
    [100, 100, 100, 200],
    [169, 254, 169, 254],
    [169, 254, 170, 2],
    [168, 63, 129, 16],
  ),
);

const hex = (value: number, digits = 1): string => value.toString(16).padStart(digits, '0');
/** The two last groups of an IPv6 address. */
const groups = ([a, b, c, d]: Octets): string => `${hex(a * 256 + b)}:${hex(c * 256 + d)}`;
const numberOf = ([a, b, c, d]: Octets): number => ((a * 256 + b) * 256 + c) * 256 + d;

/** Other digits that a URL takes for those of ASCII (UTS 46). */
const digitsFrom = (text: string, zero: number): string =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));
const circled = (text: string): string =>
  text.replace(/\d/g, (digit) =>
    String.fromCodePoint(digit === '0' ? 0x24ea : 0x2460 - 1 + Number(digit)),
  );

const writings: readonly ((octets: Octets) => string)[] = [
  (it) => it.join('.'),
  (it) => `${it.join('.')}.`,
  (it) => String(numberOf(it)),
  (it) => `0x${hex(numberOf(it))}`,
  (it) => `0X${hex(numberOf(it)).toUpperCase()}`,
  (it) => `0${numberOf(it).toString(8)}`,
  (it) => it.map((one) => `0${one.toString(8)}`).join('.'),
  (it) => it.map((one) => `0x${hex(one)}`).join('.'),
  (it) => it.map((one) => `0x0000${hex(one)}`).join('.'),
  ([a, b, c, d]) => `${a}.0x${hex(b)}.0${c.toString(8)}.${d}`,
  ([a, b, c, d]) => `${a}.${b}.${c * 256 + d}`,
  ([a, b, c, d]) => `0x${hex(a)}.${(b * 256 + c) * 256 + d}`,
  (it) => digitsFrom(it.join('.'), 0xff10),
  (it) => digitsFrom(it.join('.'), 0x1d7ce),
  (it) => circled(it.join('.')),
  (it) => it.join('\u3002'),
  (it) => it.join('\uff0e'),
  (it) => it.join('%2E'),
  (it) => it.join('.').replace(/\d/g, (digit) => `%3${digit}`),
  (it) => `[::ffff:${it.join('.')}]`,
  (it) => `[::ffff:${groups(it)}]`,
  (it) => `[0:0:0:0:0:ffff:${groups(it)}]`,
  (it) => `[::ffff:0:${groups(it)}]`,
  (it) => `[::${groups(it)}]`,
  (it) => `[64:ff9b::${groups(it)}]`,
  (it) => `[64:ff9b::${it.join('.')}]`,
  (it) => `[64:ff9b:1::${groups(it)}]`,
  (it) => `[2002:${groups(it)}::1]`,
  // Teredo: the server, and the client with all bits turned.
  (it) => `[2001:0:${groups(it)}::]`,
  ([a, b, c, d]) => `[2001:0:101:101:0:0:${groups([255 - a, 255 - b, 255 - c, 255 - d])}]`,
];

const privateIPv6 = fc
  .tuple(
    fc.constantFrom(
      '::',
      '::1',
      '100::',
      '2001:2::',
      '2001:10::',
      '2001:20::',
      '2001:db8::',
      '3fff::',
      '5f00::',
      'fc00::',
      'fd00:ec2::254',
      'fd20:ce::254',
      'fe80::',
      'febf::',
      'fec0::',
      'ff00::',
      'ff02::1',
    ),
    between(0, 0xffff),
  )
  .map(([network, host]) => (network.endsWith('::') ? `${network}${hex(host)}` : network));

const hosts = fc.oneof(
  fc.tuple(privateIPv4, fc.constantFrom(...writings)).map(([octets, written]) => written(octets)),
  privateIPv6.map((address) => `[${address}]`),
);

const RUNS = 2_000;

it('connects to no private address, however it is written, as a host', async () => {
  const sender = senderResolving(async () => [{ address: '127.0.0.1', family: 4 }]);
  await fc.assert(
    fc.asyncProperty(hosts, async (host) => {
      expect(sender.addressFault(`https://${host}:${port}/`)).toEqual(expect.any(String));
      expect((await attempt(sender, `https://${host}:${port}/`)).httpStatus).toBeNull();
    }),
    { numRuns: RUNS },
  );
  expect(connections).toBe(0);
});

const answers = fc.oneof(
  privateIPv4.map((octets) => ({ address: octets.join('.'), family: 4 })),
  privateIPv4.map((octets) => ({ address: `::ffff:${groups(octets)}`, family: 6 })),
  privateIPv4.map((octets) => ({ address: `64:ff9b::${groups(octets)}`, family: 6 })),
  privateIPv6.map((address) => ({ address, family: 6 })),
  fc.constant({ address: 'fe80::1%lo', family: 6 }),
);

it('connects to no private address that a name has among others, also after it had a public one', async () => {
  await fc.assert(
    fc.asyncProperty(answers, fc.nat(2), async (bad, place) => {
      const mixed = [
        { address: '1.1.1.1', family: 4 },
        { address: '2606:4700::1111', family: 6 },
      ];
      mixed.splice(place, 0, bad);
      const sender = senderResolving(async () => mixed);
      const { httpStatus, error } = await attempt(sender, `https://rebinding.example.com:${port}/`);
      expect([httpStatus, error]).toEqual([null, expect.stringContaining('private network')]);
    }),
    { numRuns: 300 },
  );
  expect(connections).toBe(0);
});

it.each([
  'https://public.example.com@127.0.0.1/',
  'https://127.0.0.1@public.example.com/',
  'https://127.0.0.1:443@public.example.com:443/',
  'https://public.example.com%00.127.0.0.1/',
  'https://127.0.0.1#.public.example.com/',
  'https://127.0.0.1?.public.example.com/',
  'https:/\\127.0.0.1/',
  'https:127.0.0.1/',
  'https://127.0.0.1\t/',
  'https://12\n7.0.0.1/',
  'https://\u00ad127.0.0.1/',
  'https://[::1%25lo]/',
  'https://[fe80::1%25eth0]/',
  'https://localhost%2e/',
  'https://LOCALHOST\u3002/',
  'https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/',
  'https://metadata.google.internal\uff0e/',
  'dict://127.0.0.1:11211/',
  'sftp://127.0.0.1/',
  'ldap://127.0.0.1/',
  'tftp://127.0.0.1/',
  'jar:https://127.0.0.1!/',
  'data:text/plain,hello',
  'javascript:alert(1)',
])('refuses %j', async (url) => {
  const sender = senderResolving(async () => [{ address: '127.0.0.1', family: 4 }]);
  expect((await attempt(sender, url)).httpStatus).toBeNull();
  expect(sender.addressFault(url)).toEqual(expect.any(String));
  expect(connections).toBe(0);
});
