import { LocalPace } from '../../../src/adapters/coordination/one-instance/local-pace.js';
import type { MonotonicClock } from '../../../src/application/ports/clock.js';
import { BackOff } from '../../../src/application/steering/back-off.js';
import { RateLimit } from '../../../packages/vonage-sandbox/src/api/rate-limit.js';
import { seededRandom } from '../../../testing/seeded-random.js';
import { SettableTime } from '../../support/doubles/settable-time.js';

const { signal } = new AbortController();

interface Run {
  readonly accepted: number;
  readonly refused: number;
  readonly current: number;
  /** The longest time from a message's first 429 to its acceptance. */
  readonly delayedMsMax: number;
  /** The time in which the machine stood still. */
  readonly stalledMs: number;
}

interface Circumstances {
  readonly permitted: number;
  readonly real: number;
  readonly seconds: number;
  /** The whole machine stands still for up to 300 ms, about so many times a minute. */
  readonly stallsPerMinute?: number;
}

/** The times in which a busy machine runs neither the service nor the sandbox. */
class Stalls {
  private readonly spans: { readonly fromMs: number; readonly untilMs: number }[] = [];

  constructor({ seconds, stallsPerMinute = 0 }: Circumstances, random: () => number) {
    const count = Math.round((seconds / 60) * stallsPerMinute);
    for (let stall = 0; stall < count; stall++) {
      const fromMs = random() * seconds * 1_000;
      this.spans.push({ fromMs, untilMs: fromMs + random() * STALL_MS_MAX });
    }
  }

  get totalMs(): number {
    let totalMs = 0;
    let endMs = 0;
    for (const { fromMs, untilMs } of this.spans.toSorted((one, two) => one.fromMs - two.fromMs)) {
      totalMs += Math.max(0, untilMs - Math.max(fromMs, endMs));
      endMs = Math.max(endMs, untilMs);
    }
    return totalMs;
  }

  leftMs(atMs: number): number {
    const ends = this.spans.filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs);
    return Math.max(0, ...ends.map(({ untilMs }) => untilMs - atMs));
  }
}

const STALL_MS_MAX = 300;
const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);

/**
 * Sends for a while of virtual time against the limit of the sandbox. Recording an attempt and the way to Vonage take
 * differently long for each call. A refused message waits for what its answer asked.
 */
async function send(circumstances: Circumstances, random: () => number): Promise<Run> {
  const { permitted, real, seconds } = circumstances;
  const time = new SettableTime();
  const stalls = new Stalls(circumstances, random);
  const startMs = time.monotonic.elapsedMs();
  const elapsedMs = (): number => time.monotonic.elapsedMs();
  const wait: MonotonicClock['wait'] = async (milliseconds, until) => {
    await time.monotonic.wait(milliseconds, until);
    for (let leftMs = 1; leftMs > 0;) {
      leftMs = stalls.leftMs(elapsedMs() - startMs);
      if (leftMs > 0) await time.monotonic.wait(leftMs, until);
    }
  };
  const clock: MonotonicClock = { ...time.monotonic, wait };
  const pace = new LocalPace(clock, permitted);
  const backOff = new BackOff({ now: () => new Date(time.wallMs()) }, clock);
  const limit = new RateLimit();
  const endMs = elapsedMs() + seconds * 1_000;
  let accepted = 0;
  let refused = 0;
  let delayedMsMax = 0;
  /** Messages that wait after a 429. */
  const again: { readonly dueMs: number; readonly firstMs: number }[] = [];
  const call = async (firstMs: number | undefined): Promise<void> => {
    await clock.wait(random() * 40, signal);
    await pace.beforeCall(signal);
    await clock.wait(random() * 15, signal);
    const atMs = elapsedMs();
    const state = limit.check(real, atMs);
    await clock.wait(5, signal);
    if (state === null) {
      accepted++;
      if (firstMs !== undefined) delayedMsMax = Math.max(delayedMsMax, atMs - firstMs);
      return backOff.end();
    }
    refused++;
    again.push({ dueMs: atMs + state.retryAfterSeconds * 1_000, firstMs: firstMs ?? atMs });
    pace.slower();
    await pace.pause(backOff.begin(state.retryAfterSeconds * 1_000));
  };
  const progress = { isOver: false };
  const sending = (async () => {
    while (elapsedMs() < endMs) {
      await pace.turn(signal);
      const [first] = again;
      const isDue = first !== undefined && first.dueMs <= elapsedMs();
      const ended = call(isDue ? again.shift()?.firstMs : undefined);
      if (backOff.mustProbe) await ended;
    }
    progress.isOver = true;
  })();
  for (let idle = 0; !progress.isOver;) {
    await Promise.resolve();
    if (++idle % 20 === 0 && time.waiting > 0) time.pass(time.msUntilNext());
  }
  await sending;
  const { totalMs: stalledMs } = stalls;
  return { accepted, refused, current: pace.rate.current, delayedMsMax, stalledMs };
}

describe.each([1, 2, 3])('the pace (seed %i)', (seed) => {
  it('uses at least 95 % of what is permitted, and meets no 429', async () => {
    const run = await send({ permitted: 30, real: 30, seconds: 120 }, seededRandom(seed));
    expect(run.accepted).toBeGreaterThanOrEqual(28.5 * 120);
    expect(run.refused).toBe(0);
  });

  it('gives way where less is permitted than configured, and still sends', async () => {
    const run = await send({ permitted: 30, real: 15, seconds: 240 }, seededRandom(seed));
    expect(run.accepted).toBeGreaterThan(0.7 * 15 * 240);
    expect(run.refused).toBeLessThan(0.05 * run.accepted);
    expect(run.current).toBeLessThan(20);
  });
});

it('uses the permitted rate on a machine that often stands still, and delays no message for long', async () => {
  let shares = 0;
  for (const seed of SEEDS) {
    const circumstances = { permitted: 30, real: 30, seconds: 120, stallsPerMinute: 12 };
    const run = await send(circumstances, seededRandom(seed));
    const share = run.accepted / (30 * (120 - run.stalledMs / 1_000));
    expect({ seed, ...run, share, isUsed: share > 0.93 }).toMatchObject({ isUsed: true });
    expect({ seed, ...run, isSoon: run.delayedMsMax < 3_000 }).toMatchObject({ isSoon: true });
    shares += share;
  }
  expect(shares / SEEDS.length).toBeGreaterThan(0.96);
});

it('recovers from a 429 within seconds', () => {
  const time = new SettableTime();
  const pace = new LocalPace(time.monotonic, 30);
  pace.slower();
  expect(pace.rate.current).toBeCloseTo(29.4 * 0.97, 5);
  time.pass(3_000);
  expect(pace.rate.current).toBeCloseTo(29.4, 5);
});
