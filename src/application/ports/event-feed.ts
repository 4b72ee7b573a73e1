import type { Position, RecordedEvent } from './event-store.js';

export interface FeedOptions {
  /** Only streams whose names begin with one of these. At least one. */
  readonly prefixes: readonly string[];
  /** Exclusive; without it, from the beginning. */
  readonly after?: Position;
  /** Ends the iteration without an error. */
  readonly signal: AbortSignal;
  /** Upper bound of events in one batch, 1 to 10,000. Default 500. */
  readonly batchEventsMax?: number;
}

/**
 * What the feed hands over at once: some events in order, and how far it has looked. A batch may be
 * empty, when many events of other streams were passed over: its position is still worth keeping.
 */
export interface FeedBatch {
  readonly events: readonly RecordedEvent[];
  /** Resume after this: nothing that matches stands at or before it and is still to come. */
  readonly position: Position;
  /** True when, at the moment of reading, nothing more was waiting behind this batch. */
  readonly caughtUp: boolean;
}

/**
 * All events of some kinds of streams, in one total order. Every adapter passes
 * `test/contracts/event-feed.contract.ts` unchanged.
 */
export interface EventFeed {
  /**
   * Catches up, then stays live until `signal` aborts. Never skips and never repeats within one
   * iteration; reconnects by itself when the store goes away. On first being caught up it yields a
   * batch (possibly empty), so that a follower knows.
   * @throws StoreUnavailable when the store refuses to be followed, which an operator must mend, or was closed
   */
  follow(options: FeedOptions): AsyncIterable<FeedBatch>;

  /**
   * Reads up to what is there now and ends. A store that is away for some seconds only makes it take longer.
   * @throws StoreUnavailable
   */
  readAll(options: FeedOptions): AsyncIterable<FeedBatch>;

  /**
   * The position of the newest event of the ledger, or undefined when it is empty.
   * @param prefixes leaves out what other applications write to the same server: only streams whose names
   *   begin with one of these. A ledger that is ours alone may leave it unread.
   * @throws StoreUnavailable
   */
  head(prefixes?: readonly string[]): Promise<Position | undefined>;

  /** Negative when `left` stands before `right`, 0 when they are the same, positive otherwise. */
  comparePositions(left: Position, right: Position): number;
}
