import { HealthRegistry } from '../../../src/application/health/health-registry.js';
import { ObservedEventStore } from '../../../src/application/health/observed-event-store.js';
import { ConcurrencyConflict, StoreUnavailable } from '../../../src/application/errors.js';
import type { EventStore } from '../../../src/application/ports/event-store.js';
import { Follower } from '../../../src/application/background/follower.js';
import { CheckReadiness } from '../../../src/application/reporting/check-readiness.js';
import { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { newEvents } from '../../../testing/events.js';
import { LogCapture } from '../../support/watching/log-capture.js';

let nowMs: number;
let monotonic: number;
let log: LogCapture;
const monotonicClock = {
  elapsedMs: () => monotonic,
  wait: () => Promise.resolve(),
  // No time limit is reached.
  pause: () => new Promise<void>(() => undefined),
};
let health: HealthRegistry;
let readiness: CheckReadiness;
let probed: ProbedStore;

/** Each probe is a commit; the test decides when it is answered. */
class ProbedStore extends MemoryEventStore {
  probes = 0;
  answer: Promise<void> = Promise.resolve();

  override async checkWritable(): Promise<void> {
    this.probes += 1;
    await this.answer;
  }
}

const pass = (milliseconds: number): void => {
  nowMs += milliseconds;
  monotonic += milliseconds;
};

beforeEach(() => {
  nowMs = Date.parse('2026-01-01T00:00:00Z');
  monotonic = 0;
  log = new LogCapture();
  const clock = { now: () => new Date(nowMs) };
  health = new HealthRegistry(clock, monotonicClock, log.logger);
  const lag = (): { events: number; seconds: number } => ({ events: 0, seconds: 0 });
  probed = new ProbedStore();
  readiness = new CheckReadiness(probed, health, lag, monotonicClock, {
    holdOf: () => undefined,
    awaitsReports: null,
  });
});

describe('a part of the service', () => {
  it('is as well as its worst component, and says since when and why', async () => {
    const projector = health.reporter('projector', ['readModels', 'sending']);
    const dispatcher = health.reporter('dispatcher', ['sending']);
    pass(1_000);
    dispatcher.report('held', 'by an operator');
    pass(1_000);
    projector.report('failing', 'disk I/O error');
    pass(1_000);
    projector.report('failing', 'database is locked');
    expect(health.part('sending')).toMatchObject({
      state: 'failing',
      since: '2026-01-01T00:00:02.000Z',
      reason: 'projector: database is locked',
    });
    pass(1_000);
    projector.working();
    const working = { state: 'working', since: '2026-01-01T00:00:04.000Z' };
    expect(health.part('readModels')).toMatchObject(working);
    expect(health.part('sending').state).toBe('held');
    expect((await readiness.execute()).status).toBe('ready');
    expect((await readiness.execute()).sending).toBe(false);
  });

  it('is failing when a component has fallen silent, whatever the clock says', () => {
    const dispatcher = health.reporter('dispatcher', ['sending'], { silenceMsMax: 5_000 });
    dispatcher.working();
    nowMs += 86_400_000;
    expect(health.part('sending').state).toBe('working');
    nowMs -= 2 * 86_400_000;
    pass(5_001);
    expect(health.part('sending')).toMatchObject({
      state: 'failing',
      reason: 'dispatcher: no sign of life for 5 s',
    });
    dispatcher.working();
    const since = new Date(nowMs).toISOString();
    expect(health.part('sending')).toMatchObject({ state: 'working', since });
  });

  it('says each change aloud, once', () => {
    const projector = health.reporter('projector', ['readModels']);
    projector.report('failing', 'disk I/O error');
    projector.report('failing', 'disk I/O error');
    health.logChanges();
    projector.working();
    const lines = log.lines.map((line) => JSON.parse(line) as { part: string; state: string });
    expect(lines.map(({ part, state }) => [part, state])).toEqual([
      ['readModels', 'failing'],
      ['readModels', 'working'],
    ]);
  });

  it('tells of another instance only after some seconds, because each start passes through standby', () => {
    const timers = health.reporter('timers', ['sending']);
    const logged = () => log.lines.map((line) => (JSON.parse(line) as { state: string }).state);
    timers.report('standby', 'this instance does not have the turn');
    pass(1_000);
    health.logChanges();
    timers.working();
    expect(logged()).toEqual([]);
    timers.report('standby', 'this instance does not have the turn');
    pass(5_000);
    health.logChanges();
    health.logChanges();
    timers.working();
    expect(logged()).toEqual(['standby', 'working']);
  });

  it('that stands still makes the instance not ready, and goes on taking webhooks', async () => {
    health.reporter('dispatcher', ['sending']).report('failing', 'it is stuck');
    expect(await readiness.execute()).toMatchObject({ status: 'ready', sending: false });
    pass(10_000);
    expect(await readiness.execute()).toMatchObject({
      status: 'not-ready',
      accepting: true,
      sending: false,
    });
    expect((await readiness.execute('ledger')).status).toBe('ready');
    readiness.stop();
    expect((await readiness.execute('ledger')).status).toBe('not-ready');
  });
});

describe('a probe of the ledger', () => {
  it('serves all who ask while it is under way, and for 250 ms after its answer', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    probed.answer = promise;
    const asked = [readiness.execute(), readiness.execute('ledger')];
    pass(1_000);
    asked.push(readiness.execute());
    resolve();
    await Promise.all(asked);
    pass(250);
    await readiness.execute();
    expect(probed.probes).toBe(1);
    pass(1);
    probed.answer = Promise.reject(new StoreUnavailable('the disk is full'));
    expect((await readiness.execute()).accepting).toBe(false);
    expect((await readiness.execute()).parts.ledger.reason).toContain('the disk is full');
    expect(probed.probes).toBe(2);
    probed.answer = Promise.resolve();
    pass(251);
    expect((await readiness.execute()).accepting).toBe(true);
  });
});

describe('read models seen from outside', () => {
  const follower = (): Follower =>
    new Follower(
      (position, head) => Number(position) >= Number(head),
      health.reporter('read models', ['readModels']),
      monotonicClock,
    );

  it('stand still when events wait and nothing moves', () => {
    const read = follower();
    read.seen('10', ['10', '10'], monotonic);
    for (let second = 0; second < 16; second++) {
      pass(1_000);
      read.seen('12', ['12', '11'], monotonic);
    }
    expect(health.part('readModels').state).toBe('working');
    pass(1_000);
    read.seen('12', ['12', '11'], monotonic);
    expect(health.part('readModels').state).toBe('failing');
    expect(read.lag).toEqual({ events: 1, seconds: 16 });
    read.seen('12', ['12', '12'], monotonic);
    expect(health.part('readModels').state).toBe('working');
    expect(read.lag).toEqual({ events: 0, seconds: 0 });
  });

  it('are behind when they move and never come near, and not while they keep up with a steady stream', () => {
    const behind = follower();
    for (let second = 0; second < 100; second++) {
      pass(1_000);
      behind.seen(String(second * 10), [String(second * 9)], monotonic);
    }
    expect(health.part('readModels').state).toBe('working');
    expect(behind.lag.seconds).toBeLessThan(12);
    for (let second = 100; second < 200; second++) {
      pass(1_000);
      behind.seen(String(second * 10), [String(second)], monotonic);
    }
    expect(health.part('readModels').state).toBe('behind');
  });

  it('that cannot be looked at are not said to be fresh', () => {
    const read = follower();
    read.seen('10', ['10'], monotonic);
    read.unseen(new Error('the database is away'), monotonic);
    pass(5_000);
    expect(read.lag).toEqual({ events: 1, seconds: 5 });
    expect(health.part('readModels').reason).toContain('the database is away');
  });
});

describe('the ledger’s readiness', () => {
  /** A full disk on which the probe's few bytes still fit. */
  class FullDisk extends MemoryEventStore implements EventStore {
    error: Error | undefined = new StoreUnavailable('database or disk is full');

    override append(...args: Parameters<EventStore['append']>): ReturnType<EventStore['append']> {
      return this.error === undefined ? super.append(...args) : Promise.reject(this.error);
    }
  }

  it('follows what happened to the last append, though the probe succeeds', async () => {
    const disk = new FullDisk();
    const store = new ObservedEventStore(disk, monotonicClock);
    await store.checkWritable();
    await expect(store.append('message-1', newEvents(1), 'no-stream')).rejects.toThrow('full');
    await expect(store.checkWritable()).rejects.toThrow('database or disk is full');
    disk.error = undefined;
    await store.append('message-1', newEvents(1), 'no-stream');
    await store.checkWritable();
  });

  it('returns by itself when nobody tries any more, and does not mind a conflict', async () => {
    const disk = new FullDisk();
    const store = new ObservedEventStore(disk, monotonicClock);
    await expect(store.append('message-1', newEvents(1), 'no-stream')).rejects.toThrow('full');
    pass(5_001);
    await store.checkWritable();
    disk.error = new ConcurrencyConflict('message-1', 'no-stream', 0n);
    await expect(store.append('message-1', newEvents(1), 'no-stream')).rejects.toThrow('message-1');
    await store.checkWritable();
  });
});
