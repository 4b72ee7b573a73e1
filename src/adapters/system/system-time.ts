import type { MonotonicClock } from '../../application/ports/clock.js';
import { monotonicClock } from './monotonic-clock.js';

/** The source of the time. */
export interface TimeSource {
  /** The system's clock, which can be set: milliseconds since 1970. */
  wallMs(): number;
  readonly monotonic: MonotonicClock;
}

export const systemTime: TimeSource = { wallMs: () => Date.now(), monotonic: monotonicClock };
