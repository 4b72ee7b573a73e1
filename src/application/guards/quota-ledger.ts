import {
  capExceeded,
  evolveQuota,
  grantedBy,
  isNothing,
  NOTHING,
  plus,
  reserve,
  unusedQuota,
  type Quota,
  type Reservation,
  type Wish,
} from '../../domain/limits/quota.js';
import type { Amounts, CapKind, Caps, QuotaEvent } from '../../domain/limits/quota-events.js';
import { appendWithRetry } from '../append-with-retry.js';
import { AppendOutcomeUnknown, ConcurrencyConflict, UndecodableEvent } from '../errors.js';
import type { Clocks } from '../ports/clock.js';
import type { EventStore, ExpectedRevision, StoredStream } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import { rootMetadata } from '../ports/root-metadata.js';

/** A page that has so many events is full: a conflict must not cost the reading of a whole day. */
export const PAGE_EVENTS_MAX = 500;
/** Other instances may return a part at any time, so a refusal never rests on older knowledge. */
const REFUSE_BY_MS_MAX = 1_000;
/** So many instances can take turns; more conflicts in a row mean that something else is wrong. */
const CONFLICTS_MAX = 50;

export interface QuotaPorts extends Clocks {
  readonly store: EventStore;
  readonly identifiers: Identifiers;
}

/** The quota as of a read or an append. */
interface Known {
  readonly quota: Quota;
  readonly page: number;
  readonly revision: ExpectedRevision;
  /** Monotonic milliseconds at which the read began. */
  readonly atMs: number;
}

/** An append of unknown outcome. */
interface Doubt {
  readonly page: number;
  readonly eventId: string;
  readonly expected: ExpectedRevision;
  readonly granted: Amounts;
  readonly returned: Amounts;
}

interface Waiting {
  readonly wish: Wish;
  readonly resolve: (exceeded: CapKind | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reserves parts of one quota in the ledger with the expected revision, so that all instances together stay within the
 * caps. All wishes that arrive during an append share the next one: a portion is as large as the calls under way, so a
 * kill wastes no more than those.
 */
export class QuotaLedger {
  private known: Known | undefined;
  private waiting: Waiting[] = [];
  private returned = NOTHING;
  private doubts: readonly Doubt[] = [];
  private isWorking = false;

  constructor(
    private readonly ports: QuotaPorts,
    /** Returns the name of the stream that is a page; the first is page 1. */
    private readonly pageStream: (page: number) => string,
    private readonly caps: Caps,
  ) {}

  /** The used amounts at the last look; undefined before the first. */
  get lastKnown(): Quota | undefined {
    return this.known?.quota;
  }

  /**
   * The cap that would refuse the wish by what is known; undefined also before the first look.
   * @param more counts as used too
   */
  refuses(wish: Wish, more: Amounts = NOTHING): CapKind | undefined {
    return this.known && capExceeded(plus(this.known.quota.used, more), this.caps, wish);
  }

  /** Like `refuses`, only where a reservation would neither ask the ledger nor record that the cap is reached. */
  refusesForCertain(wish: Wish): CapKind | undefined {
    const { known } = this;
    if (known === undefined || this.ageOf(known) > REFUSE_BY_MS_MAX) return undefined;
    const exceeded = this.refuses(wish);
    if (exceeded === undefined) return undefined;
    return known.quota.reached[exceeded] === this.caps[exceeded] ? exceeded : undefined;
  }

  /**
   * Resolves after the commit.
   * @returns the cap that refuses the wish; undefined: its need is reserved
   * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict, UndecodableEvent
   */
  reserve(wish: Wish): Promise<CapKind | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ wish, resolve, reject });
      void this.work();
    });
  }

  /** Returns what was reserved and is not used. While the ledger is unavailable it waits here for the next append. */
  giveBack(need: Amounts): void {
    this.returned = plus(this.returned, need);
    void this.work();
  }

  /** Reads the use from the ledger. @throws StoreUnavailable, UndecodableEvent */
  async look(): Promise<Quota> {
    return (await this.read()).quota;
  }

  private async work(): Promise<void> {
    if (this.isWorking) return;
    this.isWorking = true;
    // Wishes of one turn of the event loop share an append.
    await Promise.resolve();
    let isFailing = false;
    while (this.waiting.length > 0 || (!isNothing(this.returned) && !isFailing)) {
      const { waiting } = this;
      this.waiting = [];
      try {
        const { verdicts } = await this.settle(waiting.map(({ wish }) => wish));
        for (const [index, { resolve }] of waiting.entries()) resolve(verdicts[index]);
        isFailing = false;
      } catch (error) {
        this.known = undefined;
        isFailing = true;
        for (const { reject } of waiting) reject(error);
      }
    }
    this.isWorking = false;
  }

  private async settle(wishes: readonly Wish[]): Promise<Reservation> {
    let isRead = this.known === undefined;
    let known = this.known ?? (await this.read());
    for (let conflicts = 0; ;) {
      const now = this.ports.clock.now().toISOString();
      const reservation = reserve(known.quota, this.caps, wishes, this.returned, now);
      const refusesAny = reservation.verdicts.some((exceeded) => exceeded !== undefined);
      // What was read for these very wishes is new enough, however long the reading took.
      if (refusesAny && !isRead && this.ageOf(known) > REFUSE_BY_MS_MAX) {
        known = await this.read();
        isRead = true;
        continue;
      }
      if (reservation.events.length === 0) return reservation;
      try {
        await this.append(known, reservation.events, now);
        return reservation;
      } catch (error) {
        if (!(error instanceof ConcurrencyConflict) || ++conflicts === CONFLICTS_MAX) throw error;
        known = await this.read();
        isRead = true;
      }
    }
  }

  private async append(known: Known, events: readonly QuotaEvent[], now: string): Promise<void> {
    const { store, identifiers } = this.ports;
    const { page, revision: expected } = isFull(known)
      ? { page: known.page + 1, revision: 'no-stream' as const }
      : known;
    const correlationId = identifiers.newId();
    const metadata = rootMetadata(correlationId, now, 'api');
    const recorded = events.map((event) => ({ id: identifiers.newId(), event, metadata }));
    const atMs = this.ports.monotonic.elapsedMs();
    const { returned } = this;
    this.returned = NOTHING;
    const stream = this.pageStream(page);
    const appending = appendWithRetry(store, stream, recorded, expected, this.ports);
    const { revision } = await appending.catch((error: unknown) => {
      const [first] = recorded;
      if (error instanceof AppendOutcomeUnknown && first !== undefined) {
        const granted = grantedBy(events);
        this.doubts = [...this.doubts, { page, eventId: first.id, expected, granted, returned }];
      } else {
        this.returned = plus(this.returned, returned);
      }
      throw error;
    });
    const quota = events.reduce(evolveQuota, known.quota);
    this.known = { quota, page, revision, atMs };
  }

  /** Reads on from the last known page; at first, finds the last page in a few steps. */
  private async read(): Promise<Known> {
    for (const { page } of this.doubts) await this.readPage(page);
    let known = await this.readPage(this.known?.page ?? (await this.lastPage()), this.known?.quota);
    while (isFull(known)) {
      const next = await this.readPage(known.page + 1, known.quota);
      if (next.revision === 'no-stream') break;
      known = next;
    }
    this.known = known;
    return known;
  }

  private async readPage(page: number, before: Quota = unusedQuota): Promise<Known> {
    const atMs = this.ports.monotonic.elapsedMs();
    const stored = await this.ports.store.read(this.pageStream(page));
    this.settleDoubts(page, stored);
    return { quota: fold(stored, before), page, revision: stored.revision, atMs };
  }

  /** Gives back what an append of unknown outcome did reserve: its wishes were answered with an error. */
  private settleDoubts(page: number, { events, revision }: StoredStream): void {
    this.doubts = this.doubts.filter((doubt) => {
      if (doubt.page !== page) return true;
      if (events.some(({ id }) => id === doubt.eventId)) {
        this.returned = plus(this.returned, doubt.granted);
        return false;
      }
      // The append may still be under way while the stream is where it expects it.
      if (revision === doubt.expected) return true;
      this.returned = plus(this.returned, doubt.returned);
      return false;
    });
  }

  /** Doubles the page number until a page is missing, then searches between. */
  private async lastPage(): Promise<number> {
    let found = 1;
    let missing = 2;
    while (await this.hasPage(missing)) {
      found = missing;
      missing *= 2;
    }
    while (missing - found > 1) {
      const middle = Math.floor((found + missing) / 2);
      if (await this.hasPage(middle)) found = middle;
      else missing = middle;
    }
    return found;
  }

  private async hasPage(page: number): Promise<boolean> {
    return (await this.ports.store.read(this.pageStream(page))).events.length > 0;
  }

  private ageOf({ atMs }: Known): number {
    return this.ports.monotonic.elapsedMs() - atMs;
  }
}

const isFull = ({ revision }: Known): boolean =>
  revision !== 'no-stream' && revision + 1n >= BigInt(PAGE_EVENTS_MAX);

/**
 * Each event names all that is used after it, so only the last one must be readable.
 * @throws UndecodableEvent when it is not: nothing is granted on a guess
 */
function fold({ events }: StoredStream, before: Quota): Quota {
  const last = events.at(-1);
  if (last?.damage !== undefined) {
    const { stream, revision, damage } = last;
    throw new UndecodableEvent(
      `event ${revision} of ${stream} is damaged, so it is not known what is used of the limit: ${damage.reason}`,
    );
  }
  return events
    .filter(({ damage }) => damage === undefined)
    .map(({ event }) => event as QuotaEvent)
    .reduce(evolveQuota, before);
}
