import type { Clock } from '../../application/ports/clock.js';
import type { ClockStep } from '../../domain/elapsed-time.js';
import { systemTime, type TimeSource } from './system-time.js';

/** The wall clock may differ by less than this from what has elapsed: then NTP has adjusted it, and it is followed. */
export const STEP_MS_MIN = 500;

/** A new time of the wall clock is followed when it has stood for so long. */
export const FOLLOW_AFTER_MS = 5 * 60_000;

/** Other instances record times too, by clocks of their own. */
const CLOCKS_DIFFER_MS_MAX = 10_000;

/** The longest time span that is measured, 7 days, and a day more. */
const STEP_MATTERS_MS = 8 * 24 * 3_600_000;

/** Somebody set the wall clock, the machine slept, or the clock came back. */
export interface ClockNotice {
  readonly kind: 'stepped' | 'followed' | 'returned' | 'behind-ledger';
  /** How far the wall clock is ahead of the time that was expected; negative: behind. For `returned`, how far it was. */
  readonly stepMs: number;
}

/**
 * The system's time of day, told apart from jumps: when the wall clock jumps, the time goes on as it has elapsed, and
 * follows the wall clock once that has agreed with itself for `FOLLOW_AFTER_MS`. Steps are found when somebody asks.
 */
export class TrustedClock implements Clock {
  /** Add this to what has elapsed, to have the time since 1970. */
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

  /** How often the wall clock was seen to jump. */
  get stepsSeen(): number {
    return this.steps;
  }

  /** How far the wall clock is ahead of the time that is told now. */
  aheadMs(): number {
    return this.source.wallMs() - this.now().getTime();
  }

  /**
   * Tells the clock what time another process has recorded before this one began. A clock that is behind it was set
   * back in between, so times of before cannot be compared with those of now.
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
