import type { MonotonicClock } from '../../../application/ports/clock.js';
import type { Pace } from '../../../application/ports/pace.js';
import { AdaptiveRate } from '../adaptive-rate.js';
import { CallWindow } from '../call-window.js';
import { LateTurns } from '../late-turns.js';

/**
 * Evenly spaced turns, so that no second ever sees more than the limit (a token bucket would allow twice the limit
 * across a second's edge). Counts only the calls of this process.
 */
export class LocalPace implements Pace {
  readonly rate: AdaptiveRate;
  private readonly window: CallWindow;
  private readonly late: LateTurns;
  private nextTurnMs = -Infinity;
  private pausedUntilMs = -Infinity;

  constructor(
    private readonly clock: MonotonicClock,
    turnsPerSecond: number,
  ) {
    this.late = new LateTurns(clock);
    this.rate = new AdaptiveRate(clock, turnsPerSecond);
    this.window = new CallWindow(clock, turnsPerSecond);
  }

  async turn(signal: AbortSignal): Promise<void> {
    const nowMs = this.clock.elapsedMs();
    const evenMs = this.nextTurnMs < nowMs - this.late.allowedMs ? nowMs : this.nextTurnMs;
    const turnMs = Math.max(evenMs, nowMs + this.window.behindMs);
    this.nextTurnMs = turnMs + 1000 / this.rate.current;
    if (turnMs > nowMs) await this.late.wait(turnMs - nowMs, signal);
    // A call that was already waiting when a pause began waits for its end too.
    if (this.pausedUntilMs > this.clock.elapsedMs()) await this.turn(signal);
  }

  beforeCall(signal: AbortSignal): Promise<void> {
    return this.window.enter(signal);
  }

  slower(): void {
    this.rate.cut();
  }

  async pause(milliseconds: number): Promise<void> {
    this.pausedUntilMs = Math.max(this.pausedUntilMs, this.clock.elapsedMs() + milliseconds);
    this.nextTurnMs = Math.max(this.nextTurnMs, this.pausedUntilMs);
  }
}
