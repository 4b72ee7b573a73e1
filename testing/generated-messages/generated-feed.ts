import type { EventFeed, FeedBatch, FeedOptions } from '../../src/application/ports/event-feed.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { generateEvents } from './generate-ledger.js';
import type { GeneratedEvent } from './generate-messages.js';

/**
 * The generated events as a feed, so that read models can be filled without a ledger, which takes ten times
 * their space. The feed can be read once, from beginning to end; after that it is empty.
 */
export class GeneratedFeed implements Pick<EventFeed, 'readAll'> {
  constructor(
    private readonly seed: number,
    private readonly messages: number,
  ) {}

  async *readAll({ after, batchEventsMax = 500 }: FeedOptions): AsyncGenerator<FeedBatch> {
    if (after === undefined) {
      let position = 0;
      let events: RecordedEvent[] = [];
      for (const event of generateEvents(this.seed, this.messages)) {
        events.push(recorded(event, ++position));
        if (events.length < batchEventsMax) continue;
        yield { events, position: String(position), caughtUp: false };
        events = [];
      }
      yield { events, position: String(position), caughtUp: true };
    } else {
      yield { events: [], position: after, caughtUp: true };
    }
  }
}

const recorded = (
  { id, stream, revision, event, metadata }: GeneratedEvent,
  position: number,
): RecordedEvent => ({
  id,
  stream,
  revision: BigInt(revision),
  position: String(position),
  version: 1,
  event,
  metadata,
});
