import { setImmediate as nextTurn } from 'node:timers/promises';
import { ApplicationError, StoreUnavailable } from '../../application/errors.js';
import { pause } from '../../application/pause.js';
import type { EventFeed, FeedBatch, FeedOptions } from '../../application/ports/event-feed.js';
import type { Position, RecordedEvent } from '../../application/ports/event-store.js';

/** A ledger in this process that numbers its events from 1 in the order of their commits. */
export interface PagedLedger {
  /** The number of the newest event, or 0. @throws StoreUnavailable */
  head(): number;
  /**
   * Reads the events from `after` (exclusive) to `upTo` (inclusive) in order. It may stop early, but always gets
   * further than `after`. @throws StoreUnavailable
   */
  page(range: PageRange): Page;
  /** Resolves when there are events after `after`, when the ledger is closed, or when `signal` aborts. */
  nextChange(after: number, signal: AbortSignal): Promise<void>;
  readonly closed: boolean;
}

export interface PageRange {
  readonly after: number;
  readonly upTo: number;
  readonly prefixes: readonly string[];
  readonly eventsMax: number;
}

export interface Page {
  readonly events: readonly RecordedEvent[];
  /** Position of the last event that was read, matching or not. */
  readonly position: number;
}

type LookedAt = Page & { readonly caughtUp: boolean };

const BATCH_EVENTS_DEFAULT = 500;
const BATCH_EVENTS_MAX = 10_000;

/**
 * A page is read on the thread that also answers requests. Even when no event matches, it may block that thread for
 * about a millisecond at most.
 */
export const PAGE_EVENTS_SCANNED_MAX = 2_000;

/** After this many pages without a match the follower is told the position that the feed has reached. */
const EMPTY_PAGES_MAX = 10;

const RETRY_DELAY_MS = 200;

/** The feed of a ledger in this process: it reads pages, and sleeps until the next commit. */
export class PagedEventFeed implements EventFeed {
  constructor(private readonly ledger: PagedLedger) {}

  async *follow(options: FeedOptions): AsyncGenerator<FeedBatch, void, undefined> {
    const { signal } = options;
    const range = checkOptions(options);
    let position = range.after;
    let told: number | undefined;
    let emptyPages = 0;
    while (!signal.aborted) {
      const page = await this.#pageWhenPossible({ ...range, after: position }, signal);
      if (page === undefined) return;
      position = page.position;
      const isNews = page.events.length > 0 || (page.caughtUp && position !== told);
      if (isNews || ++emptyPages > EMPTY_PAGES_MAX) {
        yield { events: page.events, position: String(position), caughtUp: page.caughtUp };
        told = position;
        emptyPages = 0;
        // A commit while the follower was busy woke nobody, so read again before waiting.
        if (page.caughtUp) continue;
      } else if (page.caughtUp) {
        await this.ledger.nextChange(position, signal);
      }
      // Requests go first, and commits that follow each other closely are read together.
      await nextTurn();
    }
  }

  async *readAll(options: FeedOptions): AsyncGenerator<FeedBatch, void, undefined> {
    const { signal } = options;
    const range = checkOptions(options);
    const upTo = this.ledger.head();
    let position = range.after;
    while (!signal.aborted) {
      const page = this.#page({ ...range, after: position }, upTo);
      position = page.position;
      if (page.events.length > 0 || page.caughtUp) {
        yield { events: page.events, position: String(position), caughtUp: page.caughtUp };
      }
      if (page.caughtUp) return;
      await nextTurn();
    }
  }

  async head(): Promise<Position | undefined> {
    const head = this.ledger.head();
    return head === 0 ? undefined : String(head);
  }

  comparePositions(left: Position, right: Position): number {
    return numberOf(left) - numberOf(right);
  }

  #page(range: Omit<PageRange, 'upTo'>, upTo: number): LookedAt {
    if (range.after >= upTo) return { events: [], position: range.after, caughtUp: true };
    const page = this.ledger.page({ ...range, upTo });
    return { ...page, caughtUp: page.position >= upTo };
  }

  /** Tries until it succeeds; undefined when `signal` aborts. @throws StoreUnavailable once closed */
  async #pageWhenPossible(
    range: Omit<PageRange, 'upTo'>,
    signal: AbortSignal,
  ): Promise<LookedAt | undefined> {
    for (;;) {
      try {
        return this.#page(range, this.ledger.head());
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || this.ledger.closed) throw error;
      }
      await pause(RETRY_DELAY_MS, signal);
      if (signal.aborted) return undefined;
    }
  }
}

/** @throws RangeError for options that no caller may pass */
function checkOptions(options: FeedOptions): Omit<PageRange, 'upTo'> {
  const { prefixes, after, batchEventsMax: eventsMax = BATCH_EVENTS_DEFAULT } = options;
  if (prefixes.length === 0) throw new RangeError('a feed needs at least one prefix');
  if (!(Number.isInteger(eventsMax) && eventsMax >= 1 && eventsMax <= BATCH_EVENTS_MAX)) {
    throw new RangeError(`a batch holds 1 to ${BATCH_EVENTS_MAX} events, not ${eventsMax}`);
  }
  return { prefixes, eventsMax, after: after === undefined ? 0 : numberOf(after) };
}

/** Positions come back from outside, for example inside a cursor, so they are not trusted. */
function numberOf(position: Position): number {
  const number = /^\d{1,16}$/.test(position) ? Number(position) : Number.NaN;
  if (!Number.isSafeInteger(number)) {
    throw new ApplicationError(
      'invalid-request',
      'a position is not one that this ledger gave out',
    );
  }
  return number;
}
