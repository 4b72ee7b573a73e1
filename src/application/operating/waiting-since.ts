import type { Clock } from '../ports/clock.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Position } from '../ports/event-store.js';

/** A store that does not answer must not keep other figures from a scrape. */
const READ_MS_MAX = 1_500;

/** Looks how long the oldest event behind a position has been in the ledger. */
export class WaitingSince {
  constructor(
    private readonly feed: Pick<EventFeed, 'readAll'>,
    private readonly clock: Clock,
  ) {}

  /**
   * Age of the first event after the position, seconds; 0 when there is none.
   * @throws StoreUnavailable; AbortError when the store does not answer in time
   */
  async seconds(prefixes: readonly string[], after: Position | undefined): Promise<number> {
    const signal = AbortSignal.timeout(READ_MS_MAX);
    const options = { prefixes, after, signal, batchEventsMax: 1 };
    for await (const { events } of this.feed.readAll(options)) {
      const [oldest] = events;
      if (oldest === undefined) continue;
      // A damaged event may have lost its metadata.
      const atMs = Date.parse(oldest.metadata.recordedAt ?? '');
      const ageMs = this.clock.now().getTime() - atMs;
      return Number.isFinite(ageMs) ? Math.max(0, ageMs / 1000) : 0;
    }
    signal.throwIfAborted();
    return 0;
  }
}
