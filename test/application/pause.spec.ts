import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { pause } from '../../src/application/pause.js';

it.each([2 ** 31, Infinity])('waits for %p ms until it is aborted', async (ms) => {
  const aborting = new AbortController();
  let isOver = false;
  const pausing = pause(ms, aborting.signal).then(() => (isOver = true));
  // Node takes a delay that is too long for one millisecond; such a timer would come before this one.
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(isOver).toBe(false);
  aborting.abort();
  await pausing;
});

it('lets an answer count that arrived while the thread did not run', async () => {
  // Timers come next, and answers after them.
  await nextTurn();
  const { port1, port2 } = new MessageChannel();
  const answered = once(port2, 'message').then(() => 'answered');
  const late = pause(100, new AbortController().signal).then(() => 'late');
  port1.postMessage('done');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  expect(await Promise.race([late, answered])).toBe('answered');
  port1.close();
});
