import type { EventFeed, FeedBatch, FeedOptions } from '../../../application/ports/event-feed.js';
import type { Position } from '../../../application/ports/event-store.js';
import type { PersonalKeys } from '../../../application/ports/personal-keys.js';
import { openEvents } from './open-events.js';

/** Opens the personal fields of a feed's events, where its reader uses them. */
export class OpeningEventFeed implements EventFeed {
  constructor(
    private readonly feed: EventFeed,
    private readonly keys: PersonalKeys,
  ) {}

  follow(options: FeedOptions): AsyncIterable<FeedBatch> {
    return this.opened(this.feed.follow(options), options);
  }

  readAll(options: FeedOptions): AsyncIterable<FeedBatch> {
    return this.opened(this.feed.readAll(options), options);
  }

  head(prefixes?: readonly string[]): Promise<Position | undefined> {
    return this.feed.head(prefixes);
  }

  comparePositions(left: Position, right: Position): number {
    return this.feed.comparePositions(left, right);
  }

  private async *opened(
    batches: AsyncIterable<FeedBatch>,
    { readsPersonal }: FeedOptions,
  ): AsyncGenerator<FeedBatch> {
    for await (const batch of batches) {
      yield { ...batch, events: await openEvents(batch.events, this.keys, readsPersonal) };
    }
  }
}
