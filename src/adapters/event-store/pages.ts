import { setImmediate as nextTurn } from 'node:timers/promises';
import { StoreUnavailable } from '../../application/errors.js';
import { pause } from '../../application/pause.js';
import type { FeedBatch, FeedOptions } from '../../application/ports/event-feed.js';
import type { RecordedEvent } from '../../application/ports/event-store.js';

const BATCH_EVENTS_DEFAULT = 500;
const BATCH_EVENTS_MAX = 10_000;

/** Checks the options of a feed. @returns how many events a batch holds @throws RangeError for what no caller may pass */
export function batchSizeOf({
  prefixes,
  batchEventsMax = BATCH_EVENTS_DEFAULT,
}: FeedOptions): number {
  if (prefixes.length === 0) throw new RangeError('a feed needs at least one prefix');
  const isSize = Number.isInteger(batchEventsMax) && batchEventsMax >= 1;
  if (isSize && batchEventsMax <= BATCH_EVENTS_MAX) return batchEventsMax;
  throw new RangeError(`a batch holds 1 to ${BATCH_EVENTS_MAX} events, not ${batchEventsMax}`);
}

/** A ledger in this process that numbers its events from 1 in the order of their commits. */
export interface PagedLedger<Event = RecordedEvent> {
  /** The number of the newest event, or 0. @throws StoreUnavailable */
  head(): number;
  /**
   * Reads the events from `after` (exclusive) to `upTo` (inclusive) in order. It may stop early, but always gets
   * further than `after`. @throws StoreUnavailable
   */
  page(range: PageRange): Page<Event>;
  /** Resolves when there are events after `after`, when the ledger is closed, or when `signal` aborts. */
  nextChange(after: number, signal: AbortSignal): Promise<void>;
  readonly closed: boolean;
  /** A follower that is up to date rests this long after a batch, in milliseconds: the next batch costs hardly more for what has come meanwhile. */
  readonly restMs: number;
}

/** Nobody sees that a read model is later by this. A batch costs SQLite a commit or two, and PostgreSQL some forty round trips. */
export const REST_MS = 50;

export interface PageRange {
  readonly after: number;
  readonly upTo: number;
  readonly prefixes: readonly string[];
  readonly eventsMax: number;
}

export interface Page<Event = RecordedEvent> {
  readonly events: readonly Event[];
  /** Position of the last event that was read, matching or not. */
  readonly position: number;
}

type LookedAt<Event> = Page<Event> & { readonly caughtUp: boolean };

/**
 * A page is read on the thread that also answers requests. Even when no event matches, it may block that thread for
 * about a millisecond at most.
 */
export const PAGE_EVENTS_SCANNED_MAX = 2_000;

/** After this many pages without a match the follower is told the position that the feed has reached. */
const EMPTY_PAGES_MAX = 10;

const RETRY_DELAY_MS = 200;

/** Reads pages, and sleeps until the next commit when it is caught up. */
export async function* followPages<Event>(
  ledger: PagedLedger<Event>,
  range: Omit<PageRange, 'upTo'>,
  signal: AbortSignal,
): AsyncGenerator<FeedBatch<Event>, void, undefined> {
  let position = range.after;
  let told: number | undefined;
  let emptyPages = 0;
  while (!signal.aborted) {
    const page = await pageWhenPossible(ledger, { ...range, after: position }, signal);
    if (page === undefined) return;
    position = page.position;
    const isNews = page.events.length > 0 || (page.caughtUp && position !== told);
    if (isNews || ++emptyPages > EMPTY_PAGES_MAX) {
      yield { events: page.events, position: String(position), caughtUp: page.caughtUp };
      told = position;
      emptyPages = 0;
      if (page.caughtUp) {
        if (ledger.restMs > 0) await pause(ledger.restMs, signal);
        // A commit while the follower was busy woke nobody, so read again before waiting.
        continue;
      }
    } else if (page.caughtUp) {
      await ledger.nextChange(position, signal);
    }
    // Requests go first, and commits that follow each other closely are read together.
    await nextTurn();
  }
}

/** Reads up to the present end. */
export async function* readPages<Event>(
  ledger: PagedLedger<Event>,
  range: Omit<PageRange, 'upTo'>,
  signal: AbortSignal,
): AsyncGenerator<FeedBatch<Event>, void, undefined> {
  const upTo = ledger.head();
  let position = range.after;
  while (!signal.aborted) {
    const page = pageOf(ledger, { ...range, after: position }, upTo);
    position = page.position;
    if (page.events.length > 0 || page.caughtUp) {
      yield { events: page.events, position: String(position), caughtUp: page.caughtUp };
    }
    if (page.caughtUp) return;
    await nextTurn();
  }
}

function pageOf<Event>(
  ledger: PagedLedger<Event>,
  range: Omit<PageRange, 'upTo'>,
  upTo: number,
): LookedAt<Event> {
  if (range.after >= upTo) return { events: [], position: range.after, caughtUp: true };
  const page = ledger.page({ ...range, upTo });
  return { ...page, caughtUp: page.position >= upTo };
}

/** Tries until it succeeds; undefined when `signal` aborts. @throws StoreUnavailable once closed */
async function pageWhenPossible<Event>(
  ledger: PagedLedger<Event>,
  range: Omit<PageRange, 'upTo'>,
  signal: AbortSignal,
): Promise<LookedAt<Event> | undefined> {
  for (;;) {
    try {
      return pageOf(ledger, range, ledger.head());
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || ledger.closed) throw error;
    }
    await pause(RETRY_DELAY_MS, signal);
    if (signal.aborted) return undefined;
  }
}
