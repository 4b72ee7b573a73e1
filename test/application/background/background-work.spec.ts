import { systemClocks } from '../../../src/adapters/system/system-clock.js';
import { HealthRegistry } from '../../../src/application/health/health-registry.js';
import type { Leadership } from '../../../src/application/ports/leadership.js';
import {
  BackgroundWork,
  type BackgroundProcesses,
} from '../../../src/application/background/background-work.js';
import { CompareClock } from '../../../src/application/background/compare-clock.js';
import { HeldStart } from '../../../src/application/background/held-start.js';
import { ObservedLag } from '../../../src/application/background/observed-lag.js';
import type { ProjectorControl } from '../../../src/application/projecting/projector.js';
import { StoreUnavailable } from '../../../src/application/errors.js';
import { DoubtWaiting } from '../../../src/application/sending/doubt-waiting.js';
import { SteerSending } from '../../../src/application/steering/steer-sending.js';
import { SENDING_STREAM } from '../../../src/application/streams.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { PagedEventFeed } from '../../../src/adapters/event-store/paged-event-feed.js';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { TrustedClock } from '../../../src/adapters/system/trusted-clock.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { eventually } from '../../support/watching/eventually.js';
import { messageLedgerOn } from '../../support/worlds/message-ledger.js';
import { silent, systemClock } from '../../support/worlds/read-models.js';

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

const idle = {
  run: aborted,
  wake() {},
  steppedOver: 0,
  callsEnded: async () => undefined,
};

const idleProjector: ProjectorControl = {
  run: aborted,
  lag: { events: 3, seconds: 2 },
  restart() {},
  retryParked: () => Promise.reject(new Error('nothing is parked')),
  onProgress: () => () => undefined,
};

let health: HealthRegistry;

beforeEach(() => {
  health = new HealthRegistry(systemClock, monotonicClock, silent);
});

function workWith(
  leadership: Leadership,
  processes: Partial<BackgroundProcesses> = {},
): BackgroundWork {
  const feed = new PagedEventFeed(new MemoryEventStore());
  const lag = new ObservedLag(feed, { positions: async () => new Map() }, health, monotonicClock);
  return new BackgroundWork(
    leadership,
    {
      projector: idleProjector,
      logSigner: { run: aborted },
      webhooks: { run: aborted },
      dispatcher: idle,
      timers: idle,
      observedLag: lag,
      steering: { follow: aborted },
      compareClock: { execute: () => Promise.resolve(undefined) },
      heldStart: { run: () => Promise.resolve() },
      openLedger: { run: () => Promise.resolve() },
      watchLedger: { run: aborted },
      takeInParked: { run: aborted },
      awaitIdentity: { run: aborted },
      expiring: { run: aborted },
      destroyingAgain: { run: aborted },
      outages: { begin() {}, silent() {} },
      recordOutages: { run: aborted, record: () => Promise.resolve() },
      ...processes,
    },
    health,
    monotonicClock,
    silent,
  );
}

it('begins a process again that failed, and lives', async () => {
  let turns = 0;
  const leadership: Leadership = {
    async lead(work, signal) {
      if (turns++ === 0) throw new Error('no turn to be had');
      await work(signal);
    },
  };
  let runs = 0;
  const projector: ProjectorControl = {
    ...idleProjector,
    async run(signal) {
      if (runs++ === 0) throw new Error('no thread to be had');
      await aborted(signal);
    },
  };
  const work = workWith(leadership, { projector });
  work.start();
  await eventually(() => turns === 2 && runs === 2);
  expect(work.isLeading).toBe(true);
  expect(work.lag).toEqual({ events: 3, seconds: 2 });
  await work.stop();
});

/** The ledger is unavailable for the first attempt to record the hold. */
class LateStore extends MemoryEventStore {
  failures = 0;

  override append(...args: Parameters<MemoryEventStore['append']>) {
    if (this.failures++ > 0) return super.append(...args);
    return Promise.reject(new StoreUnavailable('it is away'));
  }
}

it.each([
  ['while another instance leads', false],
  ['before a turn of its own begins anything', true],
])('records the hold that SENDING=held asks for %s', async (_, leads) => {
  const store = new LateStore();
  const doubt = new DoubtWaiting(store, new PagedEventFeed(store), messageLedgerOn(store), silent);
  const steering = new SteerSending(store, doubt, {
    ...systemClocks,
    identifiers: uuidIdentifiers,
    logger: silent,
    health,
  });
  const held = async (): Promise<readonly string[]> =>
    (await store.read(SENDING_STREAM)).events.map(({ event }) => event.type);
  let heldAtTurn: readonly string[] | undefined;
  const work = workWith(
    { lead: (turn, signal) => (leads ? turn(signal) : aborted(signal)) },
    {
      heldStart: new HeldStart(steering, true, monotonicClock, silent, health),
      openLedger: {
        run: async () => {
          heldAtTurn = await held();
        },
      },
    },
  );
  work.start();
  await eventually(async () => (await held()).length > 0);
  await eventually(() => !leads || heldAtTurn !== undefined);
  await work.stop();
  expect(await held()).toEqual(['SendingHeld']);
  expect(heldAtTurn).toEqual(leads ? ['SendingHeld'] : undefined);
});

it('compares the clock at each turn with what another instance has recorded since', async () => {
  const wallMs = Date.parse('2026-01-01T00:00:00Z');
  const clock = new TrustedClock({ wallMs: () => wallMs, monotonic: monotonicClockAt(0) });
  let newest = '2026-01-01T00:00:01.000Z';
  const compareClock = new CompareClock({ newestAsOf: async () => newest }, clock, monotonicClock);
  const stepsAtTurn: number[] = [];
  const work = workWith(
    {
      async lead(turn, signal) {
        for (newest of [newest, '2026-01-01T01:00:00.000Z', '2026-01-01T01:00:00.000Z']) {
          const ending = new AbortController();
          const taken = turn(AbortSignal.any([signal, ending.signal]));
          await eventually(() => work.isLeading && taken !== undefined);
          setImmediate(() => ending.abort());
          await taken;
          stepsAtTurn.push(clock.stepsSeen);
        }
        await aborted(signal);
      },
    },
    { compareClock },
  );
  work.start();
  await eventually(() => stepsAtTurn.length === 3);
  await work.stop();
  // The second time is an hour ahead of this clock, and the third equals the second.
  expect(stepsAtTurn).toEqual([0, 1, 1]);
  expect(clock.lastStep()).toMatchObject({ since: '2026-01-01T00:00:00.000Z' });
});

const monotonicClockAt = (milliseconds: number) => ({
  elapsedMs: () => milliseconds,
  wait: () => Promise.resolve(),
  pause: () => Promise.resolve(),
});
