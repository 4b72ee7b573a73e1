import type { MonotonicClock } from '../../application/ports/clock.js';

/** A second of Vonage's, and what two ways to Vonage may differ by. */
const WINDOW_MS = 1_020;

/** The most that a call is to wait once it has its turn: as long as recording an attempt takes, mostly. */
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
   * The time by which a turn is to be put off, milliseconds. After a stall the calls that it held up crowd together, and so
   * would those of every later second: whoever had a turn would wait long, and nothing more urgent could overtake it.
   */
  get behindMs(): number {
    return Math.max(0, this.earliestMs() - this.clock.elapsedMs() - WAIT_MS_MAX);
  }

  /** Resolves when the call may be made, at once for most; also when `signal` aborts, since the attempt has begun. */
  async enter(signal: AbortSignal): Promise<void> {
    const nowMs = this.clock.elapsedMs();
    const earliestMs = this.earliestMs();
    this.calledAtMs[this.calls % this.calledAtMs.length] = Math.max(nowMs, earliestMs);
    this.calls++;
    if (earliestMs > nowMs)
      await this.clock.wait(earliestMs - nowMs, signal).catch(() => undefined);
  }
  /** When the next call may be made, at the earliest. */
  private earliestMs(): number {
    if (this.calls < this.calledAtMs.length) return -Infinity;
    return (this.calledAtMs[this.calls % this.calledAtMs.length] ?? 0) + WINDOW_MS;
  }
}
