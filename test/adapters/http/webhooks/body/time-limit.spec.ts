import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { TimeLimit } from '../../../../../src/adapters/http/webhooks/body/time-limit.js';

const never = () => new Promise<never>(() => {});

test('gives what the work gives, and throws what it throws', async () => {
  const limit = new TimeLimit(60_000);
  expect(await limit.run(async () => 'done')).toBe('done');
  await expect(limit.run(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
});

test('whoever shares a deadline is told of it, and their work too', async () => {
  const limit = new TimeLimit(150);
  const signals: AbortSignal[] = [];
  const begin = () =>
    limit.run((signal) => {
      signals.push(signal);
      return never();
    });
  const [first, second] = await Promise.allSettled([begin(), begin()]);
  expect(first).toMatchObject({ reason: new Error('it took longer than 50 ms') });
  expect(second).toMatchObject({ reason: new Error('it took longer than 50 ms') });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
});

test('after a pause of the thread, a result that has come in time counts', async () => {
  // Timers come next, and messages after them.
  await nextTurn();
  const limit = new TimeLimit(150);
  const { port1, port2 } = new MessageChannel();
  const begun = limit.run(() => once(port2, 'message'));
  // The deadline passes while nothing runs, and the message waits.
  port1.postMessage('done');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  expect(await begun).toEqual(['done']);
  port1.close();
});

test('a deadline that has passed is not shared with those who come later', async () => {
  const limit = new TimeLimit(150);
  await expect(limit.run(never)).rejects.toThrow('longer');
  expect(await limit.run(async ({ aborted }) => aborted)).toBe(false);
});
