import type { MonotonicClock } from '../../application/ports/clock.js';

/** A second of Vonage's, and what two ways to Vonage may differ by. */
const WINDOW_MS = 1_020;

/** A call waits no longer than this after its turn. Recording an attempt mostly takes less. */
const WAIT_MS_MAX = 100;

/**
 * Bounds the calls of this process in any second, when they are made. A turn is had before the attempt is recorded, which
 * takes differently long; without this bound, calls would crowd together behind a slow commit.
 */
export class CallWindow {
  /** The times of the last calls, in a ring. */
  private readonly calledAtMs: Float64Array;
  private calls = 0;

  constructor(
    private readonly clock: MonotonicClock,
    callsPerSecond: number,
  ) {
    this.calledAtMs = new Float64Array(callsPerSecond);
  }

  /**
   * The milliseconds by which the pace must delay the next turn. A stall makes calls crowd together, in every later second
   * too. Without the delay these calls would wait after their turns, where a message of high priority cannot overtake them.
   */
  get behindMs(): number {
    return Math.max(0, this.earliestMs() - this.clock.elapsedMs() - WAIT_MS_MAX);
  }

  /** Resolves when the call may be made, at once for most; also when `signal` aborts, since the attempt has begun. */
  async enter(signal: AbortSignal): Promise<void> {
    const nowMs = this.clock.elapsedMs();
    const earliestMs = this.earliestMs();
    this.calledAtMs[this.slot] = Math.max(nowMs, earliestMs);
    this.calls++;
    if (earliestMs > nowMs)
      await this.clock.wait(earliestMs - nowMs, signal).catch(() => undefined);
  }

  /** The next call may be made at this time or later. */
  private earliestMs(): number {
    if (this.calls < this.calledAtMs.length) return -Infinity;
    return (this.calledAtMs[this.slot] ?? 0) + WINDOW_MS;
  }

  /** The place of the next call in the ring. */
  private get slot(): number {
    return this.calls % this.calledAtMs.length;
  }
}
