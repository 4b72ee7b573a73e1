import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Waybill, type FollowOptions } from '../src/client.js';
import { collectGarbage } from './collect-garbage.js';

const change = {
  position: '2',
  type: 'MessageCancelled',
  messageId: 'one',
  revision: 1,
  occurredAt: '2026-11-30T01:00:00.000Z',
  recordedAt: '2026-11-30T01:00:00.000Z',
};

/** Answers each connection by `behave`, and follows until the first change. */
async function followUntilChange(
  behave: (request: IncomingMessage, response: ServerResponse) => void,
  options: FollowOptions,
): Promise<{ readonly value: unknown; readonly connections: readonly boolean[] }> {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    behave(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connections: boolean[] = [];
  const following = new Waybill({ url: `http://127.0.0.1:${port}` }).follow({
    ...options,
    onConnection: (isOpen) => connections.push(isOpen),
  });
  const { value } = await following.next();
  await following.return();
  server.closeAllConnections();
  server.close();
  return { value, connections };
}

it('takes a stream that says nothing for long for lost, and resumes it', async () => {
  const asked: (string | undefined)[] = [];
  // The first connection falls silent, as a network does that drops packets without a word.
  const behaviours = [
    (response: ServerResponse) => void response.write('id: 1\n\n'),
    (response: ServerResponse) => void response.write(`id: 2\ndata: ${JSON.stringify(change)}\n\n`),
  ];
  const { value, connections } = await followUntilChange(
    (request, response) => {
      asked.push(request.url);
      behaviours.shift()?.(response);
    },
    { silentMsMax: 1_000 },
  );
  expect(value).toEqual(change);
  expect(asked).toEqual(['/v1/stream', '/v1/stream?after=1']);
  expect(connections).toEqual([true, false, true]);
});

it('resumes a silent stream and ends, however often memory is collected', async () => {
  const closed: Promise<unknown>[] = [];
  const ending = new AbortController();
  let collectionsLeft = 10;
  const { value, connections } = await followUntilChange(
    (_, response) => {
      closed.push(once(response, 'close'));
      response.write(`id: ${closed.length}\n\n`);
      const collecting = setInterval(() => {
        collectGarbage();
        // A collection may take longer than a silence, in a process with much memory.
        if (closed.length >= 3 && --collectionsLeft === 0) ending.abort();
      }, 10);
      response.on('close', () => clearInterval(collecting));
    },
    { silentMsMax: 1_000, signal: ending.signal },
  );
  await Promise.all(closed);
  expect(value).toBeUndefined();
  expect(connections.slice(0, 5)).toEqual([true, false, true, false, true]);
});

it('keeps a stream on which nothing but heartbeats comes', async () => {
  const { value, connections } = await followUntilChange(
    (_, response) => {
      response.write('id: 1\n\n');
      const beating = setInterval(() => response.write(': heartbeat\n\n'), 50);
      setTimeout(() => response.write(`id: 2\ndata: ${JSON.stringify(change)}\n\n`), 3_500);
      response.on('close', () => clearInterval(beating));
    },
    { silentMsMax: 3_000 },
  );
  expect(value).toEqual(change);
  expect(connections).toEqual([true]);
});
