const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Waits between attempts, about three days together (Standard Webhooks, "retry schedule"). */
const waitsMs = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** Part of a wait by which it varies, so that receivers do not get all repeats at once. */
const JITTER = 0.2;

/** The wait that a receiver asks for, as far as it is heeded. */
export const heededMs = (retryAfterMs: number | null): number =>
  Math.min(retryAfterMs ?? 0, HOUR_MS);

/**
 * @param attempts made so far, at least one
 * @param random uniform in [0, 1)
 * @returns the wait before the next attempt; undefined: there is none
 */
export function retryWaitMs(
  attempts: number,
  retryAfterMs: number | null,
  random: number,
): number | undefined {
  const waitMs = waitsMs[attempts - 1];
  if (waitMs === undefined) return undefined;
  const varied = waitMs * (1 + JITTER * (2 * random - 1));
  return Math.round(Math.max(varied, heededMs(retryAfterMs)));
}
