import type { MonotonicClock } from '../../../application/ports/clock.js';
import type { Pace } from '../../../application/ports/pace.js';

/**
 * Evenly spaced turns, so that no second ever sees more than the limit (a token bucket would allow twice the limit
 * across a second's edge). Counts only the calls of this process.
 */
export class LocalPace implements Pace {
  private nextTurnMs = -Infinity;
  private pausedUntilMs = -Infinity;

  constructor(
    private readonly clock: MonotonicClock,
    private readonly turnsPerSecond: number,
  ) {}

  async turn(signal: AbortSignal): Promise<void> {
    const nowMs = this.clock.elapsedMs();
    const turnMs = Math.max(nowMs, this.nextTurnMs);
    this.nextTurnMs = turnMs + 1000 / this.turnsPerSecond;
    if (turnMs > nowMs) await this.clock.wait(turnMs - nowMs, signal);
    // A call that was already waiting when a pause began waits for its end too.
    if (this.pausedUntilMs > this.clock.elapsedMs()) await this.turn(signal);
  }

  async pause(milliseconds: number): Promise<void> {
    this.pausedUntilMs = Math.max(this.pausedUntilMs, this.clock.elapsedMs() + milliseconds);
    this.nextTurnMs = Math.max(this.nextTurnMs, this.pausedUntilMs);
  }
}
