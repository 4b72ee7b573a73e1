import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import type { TimeSource } from '../../../src/adapters/system/system-time.js';
import type { MonotonicClock } from '../../../src/application/ports/clock.js';

interface Waiter {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Time that passes when a test says so, with a wall clock that a test can set. */
export class SettableTime implements TimeSource {
  private elapsed = 1_000;
  private offsetMs: number;
  private readonly waiters = new Set<Waiter>();
  /** The requested durations of waits, in order. */
  readonly waits: number[] = [];

  constructor(startMs = Date.parse('2031-03-04T12:00:00Z')) {
    this.offsetMs = startMs - this.elapsed;
  }

  readonly monotonic: MonotonicClock = {
    elapsedMs: () => this.elapsed,
    wait: (milliseconds, signal) => {
      this.waits.push(milliseconds);
      return this.wait(milliseconds, signal);
    },
    // Polls and repeats take real time, so that the service goes on while a test lets no time pass.
    pause: (...length) => monotonicClock.pause(...length),
  };

  wallMs(): number {
    return this.elapsed + this.offsetMs;
  }

  /** Steps the wall clock alone. */
  stepWall(milliseconds: number): void {
    this.offsetMs += milliseconds;
  }

  /** Lets this much time pass. */
  pass(milliseconds: number): void {
    this.elapsed += milliseconds;
    for (const waiter of this.waiters) if (waiter.atMs <= this.elapsed) waiter.wake();
  }

  /** The number of pending waits. */
  get waiting(): number {
    return this.waiters.size;
  }

  /** The time until the next pending wait ends; at least a microsecond. */
  msUntilNext(): number {
    const nextMs = Math.min(...[...this.waiters].map(({ atMs }) => atMs));
    return Math.max(1, Math.ceil((nextMs - this.elapsed) * 1_000)) / 1_000;
  }

  private wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (finish: () => void) => () => {
        this.waiters.delete(waiter);
        signal.removeEventListener('abort', giveUp);
        finish();
      };
      const waiter: Waiter = { atMs: this.elapsed + milliseconds, wake: end(resolve) };
      const giveUp = end(() => reject(signal.reason as Error));
      signal.addEventListener('abort', giveUp);
      this.waiters.add(waiter);
      if (signal.aborted) giveUp();
      else if (milliseconds <= 0) waiter.wake();
    });
  }
}
