import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { timeLimitSignal } from '../../../src/adapters/guarded-http/time-limit-signal.js';

test('after a pause of the thread, what has come in time comes first', async () => {
  const signal = timeLimitSignal(100);
  const { port1, port2 } = new MessageChannel();
  const states: boolean[] = [];
  port2.once('message', () => states.push(signal.aborted));
  const ended = once(signal, 'abort');
  port1.postMessage('answer');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  // The time limit alone does not keep the event loop alive.
  const alive = setInterval(() => undefined, 10);
  await ended;
  clearInterval(alive);
  port1.close();
  expect(states).toEqual([false]);
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});
