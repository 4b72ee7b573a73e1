import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../../application/ports/clock.js';
import type { Pace } from '../../../application/ports/pace.js';

/**
 * Evenly spaced turns, so that no second ever sees more than the limit (a bucket that fills up would
 * allow twice the limit across a second's edge). Knows only the calls of this process.
 */
export class LocalPace implements Pace {
  private nextTurnMs = 0;
  private pausedUntilMs = 0;

  constructor(
    private readonly clock: Clock,
    private readonly turnsPerSecond: number,
  ) {}

  async turn(signal: AbortSignal): Promise<void> {
    const nowMs = this.clock.now().getTime();
    const turnMs = Math.max(nowMs, this.nextTurnMs);
    this.nextTurnMs = turnMs + 1000 / this.turnsPerSecond;
    if (turnMs > nowMs) await delay(turnMs - nowMs, undefined, { signal });
    // Whoever was already waiting when a pause began waits for its end too.
    if (this.pausedUntilMs > this.clock.now().getTime()) await this.turn(signal);
  }

  async pause(milliseconds: number): Promise<void> {
    this.pausedUntilMs = Math.max(this.pausedUntilMs, this.clock.now().getTime() + milliseconds);
    this.nextTurnMs = Math.max(this.nextTurnMs, this.pausedUntilMs);
  }
}
