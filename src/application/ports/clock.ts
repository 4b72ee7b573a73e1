import type { ClockStep } from '../../domain/elapsed-time.js';

/** The time of day, for times that are recorded and for times compared with them. */
export interface Clock {
  now(): Date;

  /**
   * The last step of `now`, caused by a change of the system's clock; undefined when there was none, or when it is too
   * long ago to matter. Left out by a clock that nobody sets.
   */
  lastStep?(): ClockStep | undefined;

  /** The system clock's time while `now` does not follow it; undefined while they agree. */
  doubtedNow?(): Date | undefined;

  /** Compares the clock with a time that another process has recorded. Left out by a clock that nobody sets. */
  compareWith?(recordedAt: string): void;
}

/** The wall clock was set, the machine slept, or the clock came back. */
export interface ClockNotice {
  readonly kind: 'stepped' | 'followed' | 'returned' | 'behind-ledger';
  /** Lead of the wall clock over the expected time; negative: behind. For `returned`, the former lead. */
  readonly stepMs: number;
}

/** Counts milliseconds for waits, rates and ages. It only grows, and nobody can set it. */
export interface MonotonicClock {
  elapsedMs(): number;

  /** Resolves after the given milliseconds of this clock. @throws the signal's reason when it aborts first */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;

  /**
   * Resolves after about this long, or as soon as `signal` aborts: the caller checks the signal itself. For polls, time
   * limits, and repeats after a fault, which measure nothing.
   * @param options `ref: false` lets an otherwise idle process end before
   */
  pause(
    milliseconds: number,
    signal: AbortSignal,
    options?: { readonly ref?: boolean },
  ): Promise<void>;
}

/** Both clocks, for what records times and waits. */
export interface Clocks {
  readonly clock: Clock;
  readonly monotonic: MonotonicClock;
}
