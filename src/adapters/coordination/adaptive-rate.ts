import type { MonotonicClock } from '../../application/ports/clock.js';

/** The part of the permitted rate that is used. Ways to Vonage take differently long, so full use would exceed it. */
const SHARE_USED = 0.98;
/** The part of the permitted rate that comes back each second after a cut. */
const RECOVERY_PER_SECOND = 0.01;
/** Factors by which a 429 lowers the rate: the first for a single one, the second for one of a series. */
const LEFT_AFTER_ONE = 0.97;
const LEFT_AFTER_MORE = 0.9;
/** Two 429s within this time mean that the permitted rate is lower than configured. */
const IN_A_ROW_MS = 2_500;
/** Calls that were under way together meet the same limit. */
const SAME_MS = 1_000;
const RATE_MIN = 0.5;

/** The rate of calls, which gives way on a 429 and recovers. */
export class AdaptiveRate {
  private cutTo: number;
  private cutAtMs = -Infinity;

  constructor(
    private readonly clock: MonotonicClock,
    /** Calls a second, as configured. */
    readonly permitted: number,
  ) {
    this.cutTo = this.most;
  }

  /** Calls a second, now. */
  get current(): number {
    if (this.cutAtMs === -Infinity) return this.most;
    const seconds = (this.clock.elapsedMs() - this.cutAtMs) / 1_000;
    return Math.min(this.most, this.cutTo + this.permitted * RECOVERY_PER_SECOND * seconds);
  }

  /** Gives way after a 429. */
  cut(): void {
    const nowMs = this.clock.elapsedMs();
    if (nowMs - this.cutAtMs < SAME_MS) return;
    const left = nowMs - this.cutAtMs < IN_A_ROW_MS ? LEFT_AFTER_MORE : LEFT_AFTER_ONE;
    this.cutTo = Math.max(Math.min(RATE_MIN, this.most), this.current * left);
    this.cutAtMs = nowMs;
  }

  private get most(): number {
    return this.permitted * SHARE_USED;
  }
}
