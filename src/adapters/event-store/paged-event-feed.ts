import { ApplicationError } from '../../application/errors.js';
import type { EventFeed, FeedBatch, FeedOptions } from '../../application/ports/event-feed.js';
import type { Position } from '../../application/ports/event-store.js';
import { followPages, readPages, type PagedLedger, type PageRange } from './pages.js';

const BATCH_EVENTS_DEFAULT = 500;
const BATCH_EVENTS_MAX = 10_000;

/** The feed of a ledger in this process: it reads pages, and sleeps until the next commit. */
export class PagedEventFeed implements EventFeed {
  constructor(private readonly ledger: PagedLedger) {}

  async *follow(options: FeedOptions): AsyncGenerator<FeedBatch, void, undefined> {
    yield* followPages(this.ledger, checkOptions(options), options.signal);
  }

  async *readAll(options: FeedOptions): AsyncGenerator<FeedBatch, void, undefined> {
    yield* readPages(this.ledger, checkOptions(options), options.signal);
  }

  async head(): Promise<Position | undefined> {
    const head = this.ledger.head();
    return head === 0 ? undefined : String(head);
  }

  comparePositions(left: Position, right: Position): number {
    return numberOf(left) - numberOf(right);
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
export function numberOf(position: Position): number {
  const number = /^\d{1,16}$/.test(position) ? Number(position) : Number.NaN;
  if (!Number.isSafeInteger(number)) {
    throw new ApplicationError(
      'invalid-request',
      'a position is not one that this ledger gave out',
    );
  }
  return number;
}
