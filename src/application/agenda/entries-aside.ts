import type { AgendaEntry, AgendaKind } from '../ports/agenda.js';
import type { MonotonicClock } from '../ports/clock.js';

/**
 * The most skipped entries of a kind. Where more are skipped, as after an outage of hours, those due after them wait too, until some
 * are done.
 */
const STEPPED_OVER_MAX = 10_000;

/**
 * Agenda entries that are skipped for a while, so that an entry that cannot be done now does not block those behind it.
 * They stay on the agenda: reports may be awaited, and a later build may read a damaged message.
 */
export class EntriesAside {
  private readonly untilMs = new Map<AgendaKind, Map<string, number>>();

  constructor(private readonly monotonic: MonotonicClock) {}

  put(entry: AgendaEntry, milliseconds: number): void {
    const ofKind = this.untilMs.get(entry.kind) ?? new Map<string, number>();
    this.untilMs.set(entry.kind, ofKind);
    ofKind.set(keyOf(entry), this.monotonic.elapsedMs() + milliseconds);
  }

  has(entry: AgendaEntry): boolean {
    const untilMs = this.untilMs.get(entry.kind)?.get(keyOf(entry));
    return untilMs !== undefined && this.monotonic.elapsedMs() < untilMs;
  }

  /** The number of entries to read in addition, at most 10,000. Forgets entries whose pause is over. */
  count(kind: AgendaKind): number {
    const ofKind = this.untilMs.get(kind);
    if (ofKind === undefined) return 0;
    const nowMs = this.monotonic.elapsedMs();
    for (const [key, untilMs] of ofKind) if (untilMs <= nowMs) ofKind.delete(key);
    return Math.min(ofKind.size, STEPPED_OVER_MAX);
  }

  /** The number of skipped entries of all kinds, for monitoring. */
  get total(): number {
    return [...this.untilMs.keys()].reduce((sum, kind) => sum + this.count(kind), 0);
  }
}

/** Holds the due time, so that an entry that came again for another time is not skipped. */
const keyOf = ({ messageId, attempt, dueAt }: AgendaEntry): string =>
  `${messageId} ${attempt} ${dueAt}`;
