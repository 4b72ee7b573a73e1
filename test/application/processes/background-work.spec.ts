import { expect, it } from '@jest/globals';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import type { Leadership } from '../../../src/application/ports/leadership.js';
import { BackgroundWork } from '../../../src/application/processes/background-work.js';
import type { Dispatcher } from '../../../src/application/processes/dispatcher.js';
import { ObservedLag } from '../../../src/application/processes/observed-lag.js';
import type { ProjectorControl } from '../../../src/application/processes/projector.js';
import type { Timers } from '../../../src/application/processes/timers.js';
import { eventually } from '../../support/eventually.js';
import { silent } from '../../support/read-models.js';

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

/** Does nothing until its turn ends. */
const idle = { run: aborted, wake() {} };

it('does not say that the read models are as old as its turn was long, when the turn ends in an outage', async () => {
  let nowMs = 0;
  const clock = { elapsedMs: () => nowMs, wait: () => Promise.resolve() };
  const positions = { positions: () => Promise.reject(new Error('the database is away')) };
  const observed = new ObservedLag(new PagedEventFeed(new MemoryEventStore()), positions, clock);
  const turn = new AbortController();
  const leadership: Leadership = {
    async lead(work, signal) {
      await work(turn.signal);
      await aborted(signal);
    },
  };
  const projector: ProjectorControl = {
    run: aborted,
    lag: { events: 3, seconds: 2 },
    restart() {},
    retryParked: () => Promise.reject(new Error('nothing is parked')),
    onProgress: () => () => undefined,
  };
  const work = new BackgroundWork(
    leadership,
    projector,
    idle as unknown as Dispatcher,
    idle as unknown as Timers,
    observed,
    silent,
  );
  work.start();
  expect(work.isLeading).toBe(true);
  nowMs += 86_400_000;
  turn.abort();
  await eventually(() => !work.isLeading);
  expect(work.lag).toEqual({ events: 1, seconds: 2 });
  nowMs += 5_000;
  expect(work.lag).toEqual({ events: 1, seconds: 7 });
  await work.stop();
});
