import type { Position, RecordedEvent } from './event-store.js';

/** Tells whether a reader uses the personal fields of an event. */
export type ReadsPersonal = (
  event: Pick<RecordedEvent, 'stream' | 'revision'> & { readonly type: string },
) => boolean;

export interface FeedOptions {
  /** Only streams whose names begin with one of these. At least one. */
  readonly prefixes: readonly string[];
  /** Exclusive; without it, from the beginning. */
  readonly after?: Position | undefined;
  /** Aborts to end the iteration without an error. */
  readonly signal: AbortSignal;
  /** Upper bound of events in one batch, 1 to 10,000. Default 500. */
  readonly batchEventsMax?: number;
  /**
   * The personal fields of all other events may stand encrypted, as `sealed`, in data and metadata: to decrypt them is most of the
   * cost of reading. Default: those of every event are read.
   */
  readonly readsPersonal?: ReadsPersonal;
}

/**
 * One batch of the feed: some events in order, and the position that it has read to. A batch may be empty, when many
 * events of other streams were passed over: its position is still worth keeping.
 */
export interface FeedBatch<Event = RecordedEvent> {
  readonly events: readonly Event[];
  /** Resume after this: no later batch has a matching event at or before it. */
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
   * Catches up, then stays live until `signal` aborts. Never skips and never repeats within one iteration; reconnects
   * by itself when the connection is lost. When first caught up it yields a batch (possibly empty), so that the
   * follower knows.
   * @throws StoreUnavailable when the store refuses a subscription, which an operator must mend, or was closed
   */
  follow(options: FeedOptions): AsyncIterable<FeedBatch>;

  /**
   * Reads up to the present end of the ledger and ends. A store that is unavailable for some seconds only makes it take
   * longer.
   * @throws StoreUnavailable
   */
  readAll(options: FeedOptions): AsyncIterable<FeedBatch>;

  /**
   * The position of the newest event of the ledger, or undefined when it is empty.
   * @param prefixes leaves out events of other applications on the same server: only streams whose names
   *   begin with one of these. A ledger that is ours alone may leave it unread.
   * @throws StoreUnavailable
   */
  head(prefixes?: readonly string[]): Promise<Position | undefined>;

  /** Negative when `left` stands before `right`, 0 when they are the same, positive otherwise. */
  comparePositions(left: Position, right: Position): number;
}
