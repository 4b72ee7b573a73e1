import type { FeedBatch } from '../../application/ports/event-feed.js';
import type {
  StoredEvent,
  StoredEvents,
  StoredRange,
} from '../../application/ports/stored-events.js';
import { numberOf } from './paged-event-feed.js';
import { followPages, readPages, type PagedLedger, type PageRange } from './pages.js';

const BATCH_EVENTS = 2_000;

/** A ledger in this process that hands out its events as they are stored. It leaves out none. */
export interface StoredLedger extends PagedLedger<StoredEvent> {
  /** @throws StoreUnavailable */
  stream(name: string): readonly StoredEvent[];
}

export class PagedStoredEvents implements StoredEvents {
  constructor(private readonly ledger: StoredLedger) {}

  async *follow(range: StoredRange): AsyncGenerator<FeedBatch<StoredEvent>, void, undefined> {
    yield* followPages(this.ledger, pagesOf(range), range.signal);
  }

  async *readAll(range: StoredRange): AsyncGenerator<FeedBatch<StoredEvent>, void, undefined> {
    yield* readPages(this.ledger, pagesOf(range), range.signal);
  }

  async stream(name: string): Promise<readonly StoredEvent[]> {
    return this.ledger.stream(name);
  }

  comparePositions(left: string, right: string): number {
    return numberOf(left) - numberOf(right);
  }
}

const pagesOf = ({ after }: StoredRange): Omit<PageRange, 'upTo'> => ({
  prefixes: [],
  eventsMax: BATCH_EVENTS,
  after: after === undefined ? 0 : numberOf(after),
});
