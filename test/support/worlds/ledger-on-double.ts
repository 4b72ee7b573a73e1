import {
  openEventStoreDb,
  type EventStoreDbLedger,
} from '../../../src/adapters/event-store/eventstoredb/open-eventstoredb.js';
import type { FeedBatch } from '../../../src/application/ports/event-feed.js';
import type { Position, RecordedEvent } from '../../../src/application/ports/event-store.js';
import {
  EventStoreDbDouble,
  type DoubleOptions,
} from '../../../testing/eventstoredb-double/eventstoredb-double.js';

/** The adapter on a double of its own. */
export class LedgerOnDouble implements EventStoreDbLedger {
  readonly store: EventStoreDbLedger['store'];
  readonly feed: EventStoreDbLedger['feed'];
  readonly stored: EventStoreDbLedger['stored'];
  /** Aborts when the ledger is closed. */
  readonly signal: AbortSignal;
  private readonly closing = new AbortController();

  private constructor(
    readonly double: EventStoreDbDouble,
    url: string,
  ) {
    ({ store: this.store, feed: this.feed, stored: this.stored } = openEventStoreDb(url));
    this.signal = this.closing.signal;
  }

  /** @param urlOf the address at which the adapter finds the double, when not directly */
  static async start(
    options: DoubleOptions = {},
    urlOf: (double: EventStoreDbDouble) => Promise<string> | string = ({ url }) => url,
  ): Promise<LedgerOnDouble> {
    const double = await EventStoreDbDouble.start(options);
    return new LedgerOnDouble(double, await urlOf(double));
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.store.close();
    this.double.stop();
  }

  /** Follows all messages in the background, and adds their events to the returned array. */
  follow(after?: Position): RecordedEvent[] {
    const events: RecordedEvent[] = [];
    const run = async (batches: AsyncIterable<FeedBatch>): Promise<void> => {
      for await (const batch of batches) events.push(...batch.events);
    };
    const options = { prefixes: ['message-'], signal: this.signal };
    const batches = this.feed.follow(after === undefined ? options : { ...options, after });
    void run(batches).catch(() => {});
    return events;
  }

  /** Returns the ids in the double itself, so that a fault of the adapter cannot affect the comparison. */
  storedIds(): readonly string[] {
    const { records } = this.double.ledger;
    return records.filter(({ stream }) => stream.startsWith('message-')).map(({ id }) => id);
  }
}
