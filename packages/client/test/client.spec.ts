import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Waybill } from '../src/client.js';

const asked: IncomingHttpHeaders[] = [];
/** Answers a path without an id with the list of messages, as the service does. */
const server = createServer((request, response) => {
  asked.push(request.headers);
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ items: [], nextCursor: null }));
});
let waybill: Waybill;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  waybill = new Waybill({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it.each([
  [1, 'wait=1'],
  [1.5, 'wait=2'],
  [0, 'wait=0'],
])('waits for %d seconds in whole ones: the service takes no others', async (seconds, prefer) => {
  await waybill.send({ to: '447700980000', text: 'x' }, { waitSeconds: seconds });
  expect(asked.at(-1)?.['prefer']).toBe(prefer);
});

it.each(['.', '..'])(
  'asks for no message whose id is %s: the address would be another',
  async (id) => {
    const count = asked.length;
    const refusal = `The id of the message is "${id}", which no message has.`;
    await expect(waybill.message(id)).rejects.toThrow(refusal);
    await expect(waybill.wait(id, { timeoutMs: 300 })).rejects.toThrow(refusal);
    expect(asked).toHaveLength(count);
  },
);

it('asks for no message whose id is empty: the list would be the answer', async () => {
  await expect(waybill.message('')).rejects.toThrow(/^The id of the message is empty\.$/);
  await expect(waybill.wait('', { timeoutMs: 300 })).rejects.toThrow(
    /^The id of the message is empty\.$/,
  );
});
