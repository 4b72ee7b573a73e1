import type { RecordedEvent } from './event-store.js';
import type { ProjectionProgress } from './projection-store.js';

/**
 * A ledger that can hand over whole streams, one after the other. For a rebuild that is less work than following
 * the feed: what a stream comes to is computed once and written once.
 */
export interface WholeStreams {
  /** Where a reading that begins now would end; undefined when the ledger is empty. */
  end(): ProjectionProgress | undefined;
  /** @throws UndecodableEvent */
  streams(range: StreamRange): StreamPage;
}

export interface StreamRange {
  /** The `last` of the page before it, or 0. */
  readonly after: number;
  /** No event behind this one is read. */
  readonly upTo: ProjectionProgress;
  /** Only streams whose names begin so. */
  readonly prefix: string;
  /** Streams are looked at until there are so many events of them, of any name. At least 1. */
  readonly eventsMin: number;
}

export interface StreamPage {
  /** Stream by stream, each in its order. */
  readonly events: readonly RecordedEvent[];
  readonly last: number;
  readonly isLast: boolean;
}
