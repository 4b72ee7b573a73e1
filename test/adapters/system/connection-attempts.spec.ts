import { connect, createServer, type AddressInfo, type LookupFunction } from 'node:net';
import { once } from 'node:events';
import { waitForDistantServers } from '../../../src/adapters/system/connection-attempts.js';

/** A server has the first address, nobody the second. */
const twoAddresses: LookupFunction = (_hostname, _options, callback) =>
  setImmediate(callback, null, [
    { address: '127.0.0.1', family: 4 },
    { address: '127.0.0.2', family: 4 },
  ]);

it('reaches a server whose answer is seen after more than 250 ms', async () => {
  waitForDistantServers();
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: 'distant.example', port, lookup: twoAddresses });
  // The attempt has begun; this thread sees its answer only after a wait.
  const busy = (): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
  socket.once('connectionAttempt', () => process.nextTick(busy));
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => 'connected'),
    once(socket, 'error').then(([error]) => String(error)),
  ]).catch(String);
  socket.destroy();
  server.close();
  expect(outcome).toBe('connected');
});
