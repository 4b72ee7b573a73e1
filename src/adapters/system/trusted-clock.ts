import type { Clock, ClockNotice } from '../../application/ports/clock.js';
import type { ClockStep } from '../../domain/elapsed-time.js';
import { systemTime, type TimeSource } from './system-time.js';

/** Smaller differences between the wall clock and the elapsed time are NTP's adjustments, and are followed. */
export const STEP_MS_MIN = 500;

/** A new time of the wall clock is followed after it was stable for this long. */
export const FOLLOW_AFTER_MS = 5 * 60_000;

/** Tolerated difference to times that other instances record by their own clocks. */
const CLOCKS_DIFFER_MS_MAX = 10_000;

/** The longest measured time span, 7 days, and one day more. */
const STEP_MATTERS_MS = 8 * 24 * 3_600_000;

/**
 * The system's time of day without its jumps: when the wall clock jumps, the time continues with the elapsed time,
 * and follows the wall clock once that was stable for `FOLLOW_AFTER_MS`. Steps are found when the time is read.
 */
export class TrustedClock implements Clock {
  /** Elapsed time plus this offset gives the time since 1970. */
  private offsetMs: number;
  private doubted: { readonly offsetMs: number; readonly sinceMs: number } | undefined;
  private followed: { readonly since: string; readonly atMs: number } | undefined;
  private steps = 0;

  constructor(
    private readonly source: TimeSource = systemTime,
    private readonly onNotice: (notice: ClockNotice) => void = () => undefined,
  ) {
    this.offsetMs = source.wallMs() - source.monotonic.elapsedMs();
  }

  now(): Date {
    const elapsedMs = this.source.monotonic.elapsedMs();
    const offsetMs = this.source.wallMs() - elapsedMs;
    if (Math.abs(offsetMs - this.offsetMs) >= STEP_MS_MIN) this.doubt(offsetMs, elapsedMs);
    else this.agree(offsetMs);
    return new Date(Math.round(elapsedMs + this.offsetMs));
  }

  lastStep(): ClockStep | undefined {
    if (this.followed === undefined) return undefined;
    const elapsedMs = this.source.monotonic.elapsedMs() - this.followed.atMs;
    return elapsedMs > STEP_MATTERS_MS ? undefined : { since: this.followed.since, elapsedMs };
  }

  doubtedNow(): Date | undefined {
    return this.doubted === undefined ? undefined : new Date(this.source.wallMs());
  }

  /** Number of jumps of the wall clock that were seen. */
  get stepsSeen(): number {
    return this.steps;
  }

  /** Lead of the wall clock over the time that this clock tells now. */
  aheadMs(): number {
    return this.source.wallMs() - this.now().getTime();
  }

  /**
   * Tells the clock a time that another process recorded before this one began. A clock behind that time was set back
   * in between, so earlier times cannot be compared with those of now.
   */
  compareWith(recordedAt: string): void {
    const aheadMs = this.now().getTime() - Date.parse(recordedAt);
    if (aheadMs > -CLOCKS_DIFFER_MS_MAX) return;
    this.beginAnewAt(this.source.monotonic.elapsedMs());
    this.steps += 1;
    this.onNotice({ kind: 'behind-ledger', stepMs: Math.round(aheadMs) });
  }

  private agree(offsetMs: number): void {
    const { doubted } = this;
    if (doubted !== undefined) {
      this.doubted = undefined;
      this.onNotice({ kind: 'returned', stepMs: Math.round(doubted.offsetMs - this.offsetMs) });
    }
    this.offsetMs = offsetMs;
  }

  private doubt(offsetMs: number, elapsedMs: number): void {
    const stepMs = Math.round(offsetMs - this.offsetMs);
    const { doubted } = this;
    if (doubted === undefined || Math.abs(offsetMs - doubted.offsetMs) >= STEP_MS_MIN) {
      this.doubted = { offsetMs, sinceMs: elapsedMs };
      this.steps += 1;
      this.onNotice({ kind: 'stepped', stepMs });
      return;
    }
    if (elapsedMs - doubted.sinceMs < FOLLOW_AFTER_MS) return;
    this.doubted = undefined;
    this.offsetMs = offsetMs;
    this.beginAnewAt(elapsedMs);
    this.onNotice({ kind: 'followed', stepMs });
  }

  private beginAnewAt(elapsedMs: number): void {
    const since = new Date(Math.round(elapsedMs + this.offsetMs)).toISOString();
    this.followed = { since, atMs: elapsedMs };
  }
}
