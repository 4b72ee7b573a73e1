import type { MonotonicClock } from '../ports/clock.js';

/** Vonage repeats a webhook after 15 minutes at most: failures further apart tell of two outages. */
const GAP_MS_MAX = 16 * 60_000;
/** A shorter one is a hitch: it must keep nothing waiting, however often it comes. */
const OUTAGE_MS_MIN = 10_000;

/** A time in which the ledger could not be used, by the monotonic clock. */
export interface Outage {
  readonly beganMs: number;
  /** The time of the last failure so far. */
  readonly endedMs: number;
}

/** A full disk is still read, and a damaged page keeps nobody from writing elsewhere. */
type Access = 'read' | 'append';

/** Remembers when the ledger was last away: what came meanwhile was refused, and whoever sent it repeats it. */
export class LedgerOutages {
  /** Failures without a success between them. */
  private readonly series = new Map<Access, Outage>();
  private latest: Outage | undefined;

  constructor(private readonly monotonic: Pick<MonotonicClock, 'elapsedMs'>) {}

  /** The latest outage, also while it lasts; undefined where there was none. */
  get last(): Outage | undefined {
    return this.latest;
  }

  failed(access: Access): void {
    const endedMs = this.monotonic.elapsedMs();
    const before = this.series.get(access);
    const goesOn = before !== undefined && endedMs - before.endedMs <= GAP_MS_MAX;
    const series = { beganMs: goesOn ? before.beganMs : endedMs, endedMs };
    this.series.set(access, series);
    if (endedMs - series.beganMs >= OUTAGE_MS_MIN) this.latest = this.after(series);
  }

  /** An outage that begins while repeats of the one before may still come goes on with it. */
  private after(series: Outage): Outage {
    const before = this.latest;
    const goesOn = before !== undefined && series.beganMs - before.endedMs <= GAP_MS_MAX;
    return goesOn ? { ...series, beganMs: before.beganMs } : series;
  }

  succeeded(access: Access): void {
    this.series.delete(access);
  }
}
