import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { KeptConnections } from '../../../src/adapters/vonage/kept-connections.js';

/** Answers from another thread, and tells it in shared memory. */
const SERVER = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(202).end('{"message_uuid":"u"}', () => {
      Atomics.store(workerData, 0, 1);
      Atomics.notify(workerData, 0);
    }));
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;
const TIMEOUT_MS = 500;

test('after a pause of the thread, an answer that came in time counts', async () => {
  const answered = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(SERVER, { eval: true, workerData: answered });
  try {
    const [port] = (await once(worker, 'message')) as [number];
    const url = new URL(`http://127.0.0.1:${port}/v1/messages`);
    const call = { url, method: 'POST', headers: { 'content-length': '2' }, body: '{}' };
    const connections = new KeptConnections();
    // The connection is made, so the next call leaves at once.
    await connections.make(call, 30_000);
    Atomics.store(answered, 0, 0);
    const begunMs = performance.now();
    const making = connections.make(call, TIMEOUT_MS);
    // The request leaves in this turn of the loop, and nothing runs any more until the limit has passed.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    Atomics.wait(answered, 0, 0, 30_000);
    Atomics.wait(answered, 0, 1, Math.max(0, TIMEOUT_MS - (performance.now() - begunMs)) + 50);
    expect(await making).toMatchObject({ status: 202, body: { message_uuid: 'u' } });
  } finally {
    await worker.terminate();
  }
});
