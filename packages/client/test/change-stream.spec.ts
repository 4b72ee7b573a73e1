import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Waybill } from '../src/client.js';

const change = {
  position: '2',
  type: 'MessageCancelled',
  messageId: 'one',
  revision: 1,
  occurredAt: '2026-11-30T01:00:00.000Z',
  recordedAt: '2026-11-30T01:00:00.000Z',
};

it('takes a stream that says nothing for long for lost, and resumes it', async () => {
  const asked: (string | undefined)[] = [];
  // The first connection falls silent, as a network does that drops packets without a word.
  const behaviours = [
    (response: ServerResponse) => void response.write('id: 1\n\n'),
    (response: ServerResponse) => void response.write(`id: 2\ndata: ${JSON.stringify(change)}\n\n`),
  ];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    behaviours.shift()?.(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connections: boolean[] = [];
  const following = new Waybill({ url: `http://127.0.0.1:${port}` }).follow({
    silentMsMax: 100,
    onConnection: (isOpen) => connections.push(isOpen),
  });
  const { value } = await following.next();
  await following.return();
  server.closeAllConnections();
  server.close();
  expect(value).toEqual(change);
  expect(asked).toEqual(['/v1/stream', '/v1/stream?after=1']);
  expect(connections).toEqual([true, false, true]);
});

it('keeps a stream on which nothing but heartbeats comes', async () => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write('id: 1\n\n');
    const beating = setInterval(() => response.write(': heartbeat\n\n'), 50);
    setTimeout(() => response.write(`id: 2\ndata: ${JSON.stringify(change)}\n\n`), 3_500);
    response.on('close', () => clearInterval(beating));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connections: boolean[] = [];
  const following = new Waybill({ url: `http://127.0.0.1:${port}` }).follow({
    silentMsMax: 3_000,
    onConnection: (isOpen) => connections.push(isOpen),
  });
  const { value } = await following.next();
  await following.return();
  server.closeAllConnections();
  server.close();
  expect(value).toEqual(change);
  expect(connections).toEqual([true]);
});
