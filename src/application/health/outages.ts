import type { MonotonicClock } from '../ports/clock.js';

/** Vonage repeats a webhook after 15 minutes at most: failures further apart tell of two outages. */
const GAP_MS_MAX = 16 * 60_000;
/** A shorter failure is no outage, and keeps no confirmation window open. */
const OUTAGE_MS_MIN = 10_000;

/** A time in which the ledger could not be used, by the monotonic clock. */
export interface Outage {
  readonly beganMs: number;
  /** The time of the last failure so far. */
  readonly endedMs: number;
}

/** Reads and appends fail apart: a full disk can be read, and a damaged page blocks no append. */
export type Access = 'read' | 'append';

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
    const nowMs = this.monotonic.elapsedMs();
    const series = continued(this.series.get(access), { beganMs: nowMs, endedMs: nowMs });
    this.series.set(access, series);
    if (nowMs - series.beganMs >= OUTAGE_MS_MIN) this.latest = continued(this.latest, series);
  }

  succeeded(access: Access): void {
    this.series.delete(access);
  }
}

/** Failures that begin while Vonage may still repeat the webhooks of an earlier outage belong to that outage. */
const continued = (before: Outage | undefined, next: Outage): Outage =>
  before !== undefined && next.beganMs - before.endedMs <= GAP_MS_MAX
    ? { ...next, beganMs: before.beganMs }
    : next;
