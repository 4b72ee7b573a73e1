import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { makeCertificate } from '../../../testing/eventstoredb-double/certificate.js';
import { recipient } from '../../support/worlds/waybill.js';
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

test('what left encrypted follows no redirect to an open line', async () => {
  const { certificate, privateKey } = makeCertificate();
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, certificate.toString()]);
  const bodies: string[] = [];
  const eavesdropped = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
    request.on('end', () => response.writeHead(202).end('{"message_uuid":"u"}'));
  });
  const location = `${await addressOf(eavesdropped, 'http')}/v1/messages`;
  const redirecting = createHttpsServer(
    { cert: certificate, key: privateKey },
    (request, response) => {
      request.resume().on('end', () => response.writeHead(307, { location }).end());
    },
  );
  try {
    const url = new URL(await addressOf(redirecting, 'https'));
    const body = JSON.stringify({ to: recipient(), text: 'Your code is 493021' });
    const call = { url, method: 'POST', headers: {}, body };
    const answer = await new KeptConnections().make(call, 30_000);
    expect([answer.status, bodies]).toEqual([307, []]);
  } finally {
    setDefaultCACertificates(trusted);
    for (const server of [eavesdropped, redirecting]) server.close().closeAllConnections();
  }
});

async function addressOf(server: Server, protocol: 'http' | 'https'): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
