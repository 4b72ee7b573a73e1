import type { MonotonicClock } from '../../application/ports/clock.js';

/** A caller that asks late by no more gets its turns afterwards, or each late timer would cost a turn. */
const LATE_MS_MAX = 50;
/** The most of a stall for which turns are given afterwards. The call window keeps them from exceeding the limit. */
const OVERSLEPT_MS_MAX = 250;

/** Computes how late a caller may ask and still get its turns; a timer that fired late adds to it. */
export class LateTurns {
  private oversleptMs = 0;

  constructor(private readonly clock: MonotonicClock) {}

  get allowedMs(): number {
    return LATE_MS_MAX + this.oversleptMs;
  }

  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    const untilMs = this.clock.elapsedMs() + milliseconds;
    await this.clock.wait(milliseconds, signal);
    this.oversleptMs = Math.min(OVERSLEPT_MS_MAX, Math.max(0, this.clock.elapsedMs() - untilMs));
  }
}
