import type { OutageNoticed } from '../../domain/outage-events.js';
import type { MonotonicClock } from '../ports/clock.js';

/**
 * Vonage repeats a webhook after pauses that double from 5 s to 15 minutes (support article 360028543292). So after an outage the
 * repeats arrive within its length, at most 15 minutes.
 */
const REPEAT_MS_MAX = 15 * 60_000;
/** The first pause of such a repeat, and time to take it in. */
const REPEAT_MARGIN_MS = 10_000;
/** Refusals that follow each other within this time are one outage, whatever is taken in between. */
const REFUSALS_APART_MS_MAX = 60_000;
/**
 * Single refusals prolong an outage for this long: they may interrupt the repeats of it. One webhook that is never taken in must not
 * keep the windows of all messages open for the day for which Vonage repeats it.
 */
const PROLONGED_MS_MAX = 60 * 60_000;

/** A time in which webhooks were not taken in, by the monotonic clock. */
export interface Outage {
  readonly beganMs: number;
  readonly endedMs: number;
}

/** An outage that this process noticed itself. */
export interface NoticedOutage extends Outage {
  /** `none`: nobody knows whether there was one, as on a new ledger. */
  readonly evidence: OutageNoticed['data']['evidence'] | 'none';
}

/** Returns the time until which the reports of a call that began then may be repeated after an outage. */
export const repeatedUntilMs = ({ beganMs, endedMs }: Outage, calledMs: number): number =>
  endedMs + Math.min(REPEAT_MS_MAX, endedMs - Math.max(beganMs, calledMs)) + REPEAT_MARGIN_MS;

/** Joins outages of which one interrupts the repeats of the one before: what it refused may have been refused since that one began. */
export function joinOutages(outages: readonly Outage[]): readonly Outage[] {
  const joined: Outage[] = [];
  let refusedLongMs = -Infinity;
  for (const outage of outages.toSorted((left, right) => left.beganMs - right.beganMs)) {
    const last = joined.at(-1);
    const isLong = outage.endedMs > outage.beganMs;
    const goesOn =
      last !== undefined &&
      outage.beganMs <= repeatedUntilMs(last, last.beganMs) &&
      (isLong || outage.beganMs - refusedLongMs <= PROLONGED_MS_MAX);
    if (isLong || !goesOn) refusedLongMs = Math.max(refusedLongMs, outage.endedMs);
    if (!goesOn) joined.push(outage);
    else joined[joined.length - 1] = { ...last, endedMs: Math.max(last.endedMs, outage.endedMs) };
  }
  return joined;
}

/** Later, no refusal can go on with an outage, and no repeat of it is awaited. */
const FORGOTTEN_AFTER_MS = PROLONGED_MS_MAX + REPEAT_MS_MAX + REPEAT_MARGIN_MS;

/** Remembers when this process refused webhooks, and when perhaps none was running: whoever sent them repeats them. */
export class Outages {
  private noticed: NoticedOutage[] = [];
  private beganMs: number;

  constructor(private readonly monotonic: Pick<MonotonicClock, 'elapsedMs'>) {
    this.beganMs = monotonic.elapsedMs();
  }

  /** In the order in which they began to be noticed. */
  get all(): readonly NoticedOutage[] {
    return this.noticed;
  }

  /** From now on this process takes webhooks in, or refuses them. */
  begin(): void {
    this.beganMs = this.monotonic.elapsedMs();
  }

  /** A webhook that may be genuine was answered with 503. */
  refused(): void {
    const nowMs = this.monotonic.elapsedMs();
    const last = this.noticed.findLast(({ evidence }) => evidence === 'refused');
    if (last === undefined || nowMs - last.endedMs > REFUSALS_APART_MS_MAX) {
      this.add({ beganMs: nowMs, endedMs: nowMs, evidence: 'refused' });
    } else this.noticed[this.noticed.indexOf(last)] = { ...last, endedMs: nowMs };
  }

  /**
   * Nothing was recorded before this process began.
   * @param agoMs the age of the newest record; undefined where it is not known
   */
  silent(agoMs: number | undefined): void {
    // At a later turn it is known already, or something was recorded meanwhile.
    if (this.noticed.some(({ evidence }) => evidence !== 'refused')) return;
    const endedMs = this.beganMs;
    if (agoMs === undefined) {
      this.add({ beganMs: endedMs - REPEAT_MS_MAX, endedMs, evidence: 'none' });
      return;
    }
    const beganMs = this.monotonic.elapsedMs() - agoMs;
    if (beganMs < endedMs) this.add({ beganMs, endedMs, evidence: 'not-running' });
  }

  private add(outage: NoticedOutage): void {
    const oldestMs = this.monotonic.elapsedMs() - FORGOTTEN_AFTER_MS;
    this.noticed = [...this.noticed.filter(({ endedMs }) => endedMs >= oldestMs), outage];
  }
}
