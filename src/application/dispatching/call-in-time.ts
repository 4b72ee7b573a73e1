import type { Clock, Clocks } from '../ports/clock.js';

/**
 * Time after the limit of a call before an attempt without an outcome is called unknown: recording the outcome takes time
 * too, and clocks differ.
 */
export const SETTLE_MARGIN_MS = 5_000;

/**
 * The longest time from the recorded start of an attempt to its call. It is shorter than the time after which `Timers` calls
 * the attempt unknown: from then on a person or `onUnknown: resend` may have it sent once more.
 */
export const beginMsMax = (callTimeoutMs: number): number =>
  Math.max(callTimeoutMs, SETTLE_MARGIN_MS);

/**
 * Measures the time from now on, by whichever clock counts more: a monotonic clock may stop while the machine sleeps.
 * @returns a function that tells the milliseconds since
 */
export function stopwatch({ clock, monotonic }: Clocks): () => number {
  const beganMs = monotonic.elapsedMs();
  const beganWallMs = wallMs(clock);
  return () => Math.max(monotonic.elapsedMs() - beganMs, wallMs(clock) - beganWallMs);
}

/** The wall clock, also while it is not followed. */
function wallMs(clock: Clock): number {
  // Reading the time is what notices a step.
  const now = clock.now();
  return (clock.doubtedNow?.() ?? now).getTime();
}
