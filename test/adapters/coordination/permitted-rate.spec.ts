import { describe, expect, it } from '@jest/globals';
import { LocalPace } from '../../../src/adapters/coordination/one-instance/local-pace.js';
import { BackOff } from '../../../src/application/steering/back-off.js';
import { RateLimit } from '../../../packages/vonage-sandbox/src/api/rate-limit.js';
import { seededRandom } from '../../../testing/seeded-random.js';
import { SettableTime } from '../../support/doubles/settable-time.js';

const { signal } = new AbortController();

interface Run {
  readonly accepted: number;
  readonly refused: number;
  readonly current: number;
}

/**
 * Sends for a while of virtual time against the limit of the sandbox. Recording an attempt and the way to Vonage take
 * differently long for each call.
 */
async function send(
  { permitted, real, seconds }: { permitted: number; real: number; seconds: number },
  random: () => number,
): Promise<Run> {
  const time = new SettableTime();
  const clock = time.monotonic;
  const pace = new LocalPace(clock, permitted);
  const backOff = new BackOff({ now: () => new Date(time.wallMs()) }, clock);
  const limit = new RateLimit();
  const endMs = clock.elapsedMs() + seconds * 1_000;
  let accepted = 0;
  let refused = 0;
  const call = async (): Promise<void> => {
    await clock.wait(random() * 40, signal);
    await pace.beforeCall(signal);
    await clock.wait(random() * 15, signal);
    const state = limit.check(real, clock.elapsedMs());
    await clock.wait(5, signal);
    if (state === null) {
      accepted++;
      return backOff.end();
    }
    refused++;
    pace.slower();
    await pace.pause(backOff.begin(state.retryAfterSeconds * 1_000));
  };
  const progress = { isOver: false };
  const sending = (async () => {
    while (clock.elapsedMs() < endMs) {
      await pace.turn(signal);
      const ended = call();
      if (backOff.mustProbe) await ended;
    }
    progress.isOver = true;
  })();
  for (let idle = 0; !progress.isOver;) {
    await Promise.resolve();
    if (++idle % 20 === 0 && time.waiting > 0) time.pass(time.msUntilNext());
  }
  await sending;
  return { accepted, refused, current: pace.rate.current };
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

it('recovers from a 429 within seconds', () => {
  const time = new SettableTime();
  const pace = new LocalPace(time.monotonic, 30);
  pace.slower();
  expect(pace.rate.current).toBeCloseTo(29.4 * 0.97, 5);
  time.pass(3_000);
  expect(pace.rate.current).toBeCloseTo(29.4, 5);
});
