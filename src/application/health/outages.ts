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
/** A webhook that is refused for longer, although others are taken in between, is at fault itself and tells of no outage. */
const AT_FAULT_AFTER_MS = 60 * 60_000;
/** The most refused webhooks that are remembered, about 200 bytes each. The time of a forgotten one begins anew. */
const REFUSED_MAX = 10_000;
/** Vonage repeats a webhook for a day. */
const FORGOTTEN_AFTER_MS = 24 * 60 * 60_000;

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
  for (const outage of outages.toSorted((left, right) => left.beganMs - right.beganMs)) {
    const last = joined.at(-1);
    if (last === undefined || outage.beganMs > repeatedUntilMs(last, last.beganMs)) {
      joined.push(outage);
    } else {
      joined[joined.length - 1] = { ...last, endedMs: Math.max(last.endedMs, outage.endedMs) };
    }
  }
  return joined;
}

/** The refusals of one webhook. */
interface Refused {
  readonly lastMs: number;
  /** The first refusal after another webhook was taken in; undefined while none was. */
  readonly aloneSinceMs: number | undefined;
}

/** Remembers when this process refused webhooks, and when perhaps none was running: whoever sent them repeats them. */
export class Outages {
  private noticed: readonly NoticedOutage[] = [];
  private beganMs: number;
  private tookInMs = -Infinity;
  /** By webhook; that which was refused last comes last. */
  private readonly refusedOnes = new Map<string, Refused>();

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

  /** A webhook was taken in that was not known. */
  tookIn(): void {
    this.tookInMs = this.monotonic.elapsedMs();
  }

  /**
   * A webhook that may be genuine was answered with 503.
   * @param webhook tells it from others; undefined where its body was not read
   */
  refused(webhook?: string): void {
    const nowMs = this.monotonic.elapsedMs();
    if (webhook !== undefined && this.isAtFault(webhook, nowMs)) return;
    const last = this.noticed.findLast(({ evidence }) => evidence === 'refused');
    const goesOn =
      last !== undefined &&
      nowMs <= Math.max(last.endedMs + REFUSALS_APART_MS_MAX, repeatedUntilMs(last, last.beganMs));
    if (goesOn)
      this.noticed = this.noticed.with(this.noticed.indexOf(last), { ...last, endedMs: nowMs });
    else this.add({ beganMs: nowMs, endedMs: nowMs, evidence: 'refused' });
  }

  /**
   * Nothing was recorded before this process began.
   * @param agoMs the age of the newest record; undefined where it is not known
   */
  silent(agoMs: number | undefined): void {
    if (this.noticed.some(({ evidence }) => evidence === 'not-running')) return;
    const endedMs = this.beganMs;
    if (agoMs === undefined) {
      if (this.noticed.some(({ evidence }) => evidence === 'none')) return;
      this.add({ beganMs: endedMs - REPEAT_MS_MAX, endedMs, evidence: 'none' });
      return;
    }
    const beganMs = this.monotonic.elapsedMs() - agoMs;
    // At a later turn something was recorded meanwhile.
    if (beganMs >= endedMs) return;
    this.noticed = this.noticed.filter(({ evidence }) => evidence !== 'none');
    this.add({ beganMs, endedMs, evidence: 'not-running' });
  }

  private isAtFault(webhook: string, nowMs: number): boolean {
    const before = this.refusedOnes.get(webhook);
    const isAlone = before !== undefined && this.tookInMs > before.lastMs;
    const aloneSinceMs = before?.aloneSinceMs ?? (isAlone ? nowMs : undefined);
    this.refusedOnes.delete(webhook);
    this.refusedOnes.set(webhook, { lastMs: nowMs, aloneSinceMs });
    const [oldest] = this.refusedOnes.keys();
    if (this.refusedOnes.size > REFUSED_MAX && oldest !== undefined)
      this.refusedOnes.delete(oldest);
    return isAlone && aloneSinceMs !== undefined && nowMs - aloneSinceMs > AT_FAULT_AFTER_MS;
  }

  private add(outage: NoticedOutage): void {
    const oldestMs = this.monotonic.elapsedMs() - FORGOTTEN_AFTER_MS;
    this.noticed = [...this.noticed.filter(({ endedMs }) => endedMs >= oldestMs), outage];
  }
}
