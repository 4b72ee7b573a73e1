import { Worker } from 'node:worker_threads';
import { CommitBell } from '../../../src/adapters/event-store/sqlite/commit-bell.js';

const never = new AbortController().signal;

/** Returns what ends first: the wait under test, or a wait on an unrung bell, which ends by its own time limit. */
const firstOf = (next: () => Promise<void>): Promise<string> => {
  const silent = new CommitBell();
  return Promise.race([
    silent.next(silent.rings, never).then(() => 'silent'),
    next().then(() => 'rung'),
  ]);
};

it('is heard in another thread', async () => {
  const bell = new CommitBell();
  const rings = bell.rings;
  const ringing = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
     parentPort.once('message', () => {
       Atomics.add(new Int32Array(workerData), 0, 1);
       Atomics.notify(new Int32Array(workerData), 0);
     });`,
    { eval: true, workerData: bell.memory },
  );
  await new Promise((resolve) => ringing.once('online', resolve));
  const heard = firstOf(() => bell.next(rings, never));
  ringing.postMessage('ring');
  expect(await heard).toBe('rung');
  await ringing.terminate();
});

it('is heard by those who wait already', async () => {
  const bell = new CommitBell();
  const heard = firstOf(() => bell.next(bell.rings, never));
  new CommitBell(bell.memory).ring();
  expect(await heard).toBe('rung');
});

it('is heard where it rang between the look and the wait', async () => {
  const bell = new CommitBell();
  const rings = bell.rings;
  new CommitBell(bell.memory).ring();
  expect(await firstOf(() => bell.next(rings, never))).toBe('rung');
});

it('lets nobody wait for whom the work has ended', async () => {
  const bell = new CommitBell();
  const stopping = new AbortController();
  const waiting = firstOf(() => bell.next(bell.rings, stopping.signal));
  stopping.abort();
  expect(await waiting).toBe('rung');
});
