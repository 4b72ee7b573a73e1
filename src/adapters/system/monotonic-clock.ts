import { setTimeout as delay } from 'node:timers/promises';
import { pause } from '../../application/pause.js';
import type { MonotonicClock } from '../../application/ports/clock.js';

/** On Linux this is CLOCK_MONOTONIC: NTP may slew it with the wall clock, but nothing sets it. */
export const monotonicClock: MonotonicClock = {
  elapsedMs: () => performance.now(),
  wait: (milliseconds, signal) => delay(Math.max(0, milliseconds), undefined, { signal }),
  pause,
};
