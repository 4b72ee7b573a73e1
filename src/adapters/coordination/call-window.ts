import type { MonotonicClock } from '../../application/ports/clock.js';

/** A second of Vonage's, and what two ways to Vonage may differ by. */
const WINDOW_MS = 1_020;

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

  /** Resolves when the call may be made, at once for most; also when `signal` aborts, since the attempt has begun. */
  async enter(signal: AbortSignal): Promise<void> {
    const slot = this.calls % this.calledAtMs.length;
    const nowMs = this.clock.elapsedMs();
    const earliestMs =
      this.calls < this.calledAtMs.length ? nowMs : (this.calledAtMs[slot] ?? 0) + WINDOW_MS;
    this.calls++;
    this.calledAtMs[slot] = Math.max(nowMs, earliestMs);
    if (earliestMs > nowMs)
      await this.clock.wait(earliestMs - nowMs, signal).catch(() => undefined);
  }
}
