import { ApplicationError } from '../../application/errors.js';
import type { EventFeed, FeedBatch, FeedOptions } from '../../application/ports/event-feed.js';
import type { Position } from '../../application/ports/event-store.js';
import { batchSizeOf, followPages, readPages, type PagedLedger, type PageRange } from './pages.js';

/** The feed of a ledger in this process: it reads pages, and sleeps until the next commit. */
export class PagedEventFeed implements EventFeed {
  constructor(private readonly ledger: PagedLedger) {}

  async *follow(options: FeedOptions): AsyncGenerator<FeedBatch, void, undefined> {
    yield* followPages(this.ledger, rangeOf(options), options.signal);
  }

  async *readAll(options: FeedOptions): AsyncGenerator<FeedBatch, void, undefined> {
    yield* readPages(this.ledger, rangeOf(options), options.signal);
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
const rangeOf = (options: FeedOptions): Omit<PageRange, 'upTo'> => ({
  prefixes: options.prefixes,
  eventsMax: batchSizeOf(options),
  after: options.after === undefined ? 0 : numberOf(options.after),
});

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
