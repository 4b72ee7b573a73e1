import type { FeedBatch } from './event-feed.js';
import type { Position, Revision } from './event-store.js';

/** An event as the store holds it: its texts byte by byte, neither decoded nor encoded again. */
export interface StoredEvent {
  readonly stream: string;
  readonly revision: Revision;
  readonly position: Position;
  readonly id: string;
  readonly type: string;
  readonly version: number;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  /** The same as texts, from a store that holds texts: bytes would be copies of them. Absent where they are no UTF-8. */
  readonly texts?: { readonly data: string; readonly metadata: string } | undefined;
}

export interface StoredRange {
  /** Exclusive; without it, from the beginning. */
  readonly after?: Position | undefined;
  /** Aborts to end the iteration without an error. */
  readonly signal: AbortSignal;
}

/**
 * Every event of the ledger in the order of its feed. Only streams of the server itself and the probe are left out: a
 * list of prefixes would reorder history as soon as it grew.
 */
export interface StoredEvents {
  /** Catches up, then stays live until `signal` aborts. @throws StoreUnavailable */
  follow(range: StoredRange): AsyncIterable<FeedBatch<StoredEvent>>;
  /** Reads up to the present end and ends. @throws StoreUnavailable */
  readAll(range: StoredRange): AsyncIterable<FeedBatch<StoredEvent>>;
  /** The events of one stream, oldest first. @throws StoreUnavailable */
  stream(name: string): Promise<readonly StoredEvent[]>;
  /** Negative when `left` stands before `right`, 0 when they are the same, positive otherwise. */
  comparePositions(left: Position, right: Position): number;
}
