import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../ports/clock.js';

/**
 * Evenly spaced turns, so that no second ever sees more than the limit (a bucket that fills up would
 * allow twice the limit across a second's edge). A pause holds back every turn.
 */
export class Pace {
  private nextTurnMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly turnsPerSecond: number,
  ) {}

  /** Resolves when it is the caller's turn; rejects with the signal's reason when it aborts. */
  async turn(signal: AbortSignal): Promise<void> {
    const nowMs = this.clock.now().getTime();
    const turnMs = Math.max(nowMs, this.nextTurnMs);
    this.nextTurnMs = turnMs + 1000 / this.turnsPerSecond;
    if (turnMs > nowMs) await delay(turnMs - nowMs, undefined, { signal });
    // Whoever was already waiting when a pause began waits for its end too.
    if (this.pausedUntilMs > this.clock.now().getTime()) await this.turn(signal);
  }

  private pausedUntilMs = 0;

  /** Gives no turn for this long. A pause never shortens another. */
  pause(milliseconds: number): void {
    this.pausedUntilMs = Math.max(this.pausedUntilMs, this.clock.now().getTime() + milliseconds);
    this.nextTurnMs = Math.max(this.nextTurnMs, this.pausedUntilMs);
  }
}
