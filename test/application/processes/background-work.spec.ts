import { expect, it } from '@jest/globals';
import { HealthRegistry } from '../../../src/application/health/health-registry.js';
import type { Leadership } from '../../../src/application/ports/leadership.js';
import { BackgroundWork } from '../../../src/application/processes/background-work.js';
import { ObservedLag } from '../../../src/application/processes/observed-lag.js';
import type { ProjectorControl } from '../../../src/application/processes/projector.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { eventually } from '../../support/eventually.js';
import { silent, systemClock } from '../../support/read-models.js';

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

const idle = { run: aborted, wake() {} };

it('begins a process again that failed, and lives', async () => {
  const health = new HealthRegistry(systemClock, monotonicClock, silent);
  const feed = new PagedEventFeed(new MemoryEventStore());
  const lag = new ObservedLag(feed, { positions: async () => new Map() }, health, monotonicClock);
  let turns = 0;
  const leadership: Leadership = {
    async lead(work, signal) {
      if (turns++ === 0) throw new Error('no turn to be had');
      await work(signal);
    },
  };
  let runs = 0;
  const projector: ProjectorControl = {
    async run(signal) {
      if (runs++ === 0) throw new Error('no thread to be had');
      await aborted(signal);
    },
    lag: { events: 3, seconds: 2 },
    restart() {},
    retryParked: () => Promise.reject(new Error('nothing is parked')),
    onProgress: () => () => undefined,
  };
  const work = new BackgroundWork(
    leadership,
    {
      projector,
      dispatcher: idle,
      timers: idle,
      observedLag: lag,
      steering: { follow: aborted },
      openLedger: { run: () => Promise.resolve() },
      watchLedger: { run: aborted },
    },
    health,
    silent,
  );
  work.start();
  await eventually(() => turns === 2 && runs === 2);
  expect(work.isLeading).toBe(true);
  expect(work.lag).toEqual({ events: 3, seconds: 2 });
  await work.stop();
});
