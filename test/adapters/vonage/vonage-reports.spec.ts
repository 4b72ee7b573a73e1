import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readRecord } from '../../../src/adapters/vonage/reports/read-record.js';
import { VonageReports } from '../../../src/adapters/vonage/reports/vonage-reports.js';
import { ProviderRefused } from '../../../src/application/errors.js';

let server: Server;
let asked: number;
let connections: number;

beforeEach(async () => {
  [asked, connections] = [0, 0];
  server = createServer((_, response) => {
    asked += 1;
    response.setHeader('content-type', 'application/json').end('{"records":[]}');
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const reports = (): VonageReports =>
  new VonageReports({
    apiKey: 'abcd1234',
    apiSecret: 'secret',
    privateKey: 'unused',
    apiHost: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    timeoutMs: 10_000,
  });

it('asks again where Vonage closes a kept connection just as it is used', async () => {
  const used = new WeakSet<object>();
  server.prependListener('request', ({ socket }) => {
    if (used.has(socket)) socket.destroy();
    used.add(socket);
  });
  const asking = reports();
  for (const _ of [1, 2, 3]) expect(await asking.byIds(['one'])).toEqual([]);
  expect(connections).toBeGreaterThan(1);
});

it('asks twice at most', async () => {
  server.prependListener('request', ({ socket }) => socket.destroy());
  await expect(reports().byIds(['one'])).rejects.toThrow(ProviderRefused);
  expect(asked).toBe(2);
});

it('names a channel in lower case, as the ledger does', () => {
  const fields = new Map([
    ['message_id', '3f2b8c1e-5d4a-4e6f-9b70-1a2c3d4e5f60'],
    ['status', 'DELIVERED'],
    ['provider', 'SMS '],
    ['direction', 'Outbound'],
  ]);
  const read = (column: string): string => fields.get(column) ?? '';
  expect(readRecord(read, 1)).toMatchObject({ record: { status: 'delivered', channel: 'sms' } });
  fields.set('direction', 'Inbound');
  expect(readRecord(read, 1)).toEqual({ kind: 'inbound' });
});
