import type { ClockStep } from '../../domain/elapsed-time.js';

/** The time of day, for what is written down and for what is compared with it. */
export interface Clock {
  now(): Date;

  /**
   * The last step that `now` took because somebody set the system's clock; undefined when there was none, or when it is
   * too long ago to matter. Left out by a clock that nobody sets.
   */
  lastStep?(): ClockStep | undefined;

  /** What the system's clock says while `now` does not follow it; undefined while they agree. */
  doubtedNow?(): Date | undefined;

  /** Tells it what time another process has recorded. Left out by a clock that nobody sets. */
  compareWith?(recordedAt: string): void;
}

/** Counts milliseconds for waits, rates and ages. It only grows, and nobody can set it. */
export interface MonotonicClock {
  elapsedMs(): number;

  /** Resolves after so many of its milliseconds. @throws the signal's reason when it aborts first */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}
