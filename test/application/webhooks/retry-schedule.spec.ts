import { retryWaitMs } from '../../../src/application/webhooks/retry-schedule.js';

const HOUR_MS = 3_600_000;

it('tries again within 10 s at first, and for about three days', () => {
  for (const random of [0, 0.5, 0.999]) {
    expect(retryWaitMs(1, null, random)).toBeLessThan(10_000);
    let totalMs = 0;
    let attempts = 1;
    for (; retryWaitMs(attempts, null, random) !== undefined; attempts += 1) {
      totalMs += retryWaitMs(attempts, null, random) ?? 0;
    }
    expect(attempts).toBe(10);
    expect(totalMs).toBeGreaterThan(60 * HOUR_MS);
    expect(totalMs).toBeLessThan(91 * HOUR_MS);
  }
});

it('spreads the repeats', () => {
  const [least = 0, most = 0] = [retryWaitMs(3, null, 0), retryWaitMs(3, null, 0.999)];
  expect(most / least).toBeGreaterThan(1.4);
});

it('waits as long as the receiver asks for, and an hour at most', () => {
  expect(retryWaitMs(1, 60_000, 0.5)).toBe(60_000);
  expect(retryWaitMs(1, 24 * HOUR_MS, 0.5)).toBe(HOUR_MS);
});
