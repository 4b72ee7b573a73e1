import type { EventFeed, FeedBatch, FeedOptions } from '../../src/application/ports/event-feed.js';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { generateEvents } from './generate-ledger.js';
import type { GeneratedEvent } from './generate-messages.js';

/**
 * The generated events as a feed, so that read models can be filled without a ledger, which takes ten times
 * their space. It is read once, from the beginning to the end; after that it has nothing more.
 */
export class GeneratedFeed implements EventFeed {
  private position = 0;

  constructor(
    private readonly seed: number,
    private readonly messages: number,
  ) {}

  async *readAll({ after, batchEventsMax = 500 }: FeedOptions): AsyncGenerator<FeedBatch> {
    if (after === undefined) {
      let events: RecordedEvent[] = [];
      for (const event of generateEvents(this.seed, this.messages)) {
        events.push(recorded(event, ++this.position));
        if (events.length < batchEventsMax) continue;
        yield { events, position: String(this.position), caughtUp: false };
        events = [];
      }
      yield { events, position: String(this.position), caughtUp: true };
    } else {
      yield { events: [], position: after, caughtUp: true };
    }
  }

  follow(options: FeedOptions): AsyncIterable<FeedBatch> {
    return this.readAll(options);
  }

  async head(): Promise<string> {
    return String(this.position);
  }

  comparePositions(left: string, right: string): number {
    return Number(left) - Number(right);
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
