import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Position, RecordedEvent } from '../ports/event-store.js';
import type { ProjectionName, ProjectionProgress } from '../ports/projection-store.js';
import type { WholeStreams } from '../ports/whole-streams.js';
import { MESSAGE_STREAMS } from '../streams.js';
import { foldMessages } from './messages-projection.js';
import type { Folded } from './projection.js';
import { foldAgenda, foldMessageIndex } from './simple-projection.js';

/** Read together: so few that what was read is forgotten before it has become old. */
const PAGE_EVENTS_MIN = 2_000;

/** Folded together, and written in one commit: so many that a roll-up is seldom written twice. */
const EVENTS_MIN = 50_000;

/** What some whole streams come to. */
export interface FoldedStreams extends Folded<unknown> {
  readonly events: number;
  /** Of the newest event of the last stream: about how far in the ledger this is. */
  readonly position: Position;
}

/** Folds a ledger's streams, here or in another thread. */
export interface StreamFolder {
  end(): ProjectionProgress | undefined;
  /** Every event up to the end is in exactly one of what it yields. @throws StoreUnavailable @throws UndecodableEvent */
  fold(
    projection: ProjectionName,
    upTo: ProjectionProgress,
    signal: AbortSignal,
  ): AsyncIterable<FoldedStreams>;
}

type StreamFold = (events: Iterable<RecordedEvent>) => Folded<unknown>;

const folds: Partial<Record<ProjectionName, StreamFold>> = {
  'message-index': foldMessageIndex,
  agenda: foldAgenda,
  messages: foldMessages,
};

/** Whether a projection's rows follow each from one stream, so that it can be filled stream by stream. */
export const isFoldedByStream = (projection: ProjectionName): boolean => projection in folds;

/** @throws RangeError for a projection that is not folded by stream */
export async function* foldStreams(
  ledger: WholeStreams,
  projection: ProjectionName,
  upTo: ProjectionProgress,
  signal: AbortSignal,
): AsyncGenerator<FoldedStreams, void, undefined> {
  const fold = folds[projection];
  if (fold === undefined) throw new RangeError(`${projection} is not folded by stream`);
  const reading = new StreamReading(ledger, upTo);
  while (!signal.aborted && !reading.isAtEnd) {
    const folded = fold(reading.events(EVENTS_MIN));
    const { eventsRead: events, position } = reading;
    if (position !== undefined) yield { ...folded, events, position };
    await nextTurn();
  }
}

/** Goes through the streams of messages. */
class StreamReading {
  isAtEnd = false;
  /** Since the last call of `events`. */
  eventsRead = 0;
  /** Of the last of them. */
  position: Position | undefined;
  private after = 0;

  constructor(
    private readonly ledger: WholeStreams,
    private readonly upTo: ProjectionProgress,
  ) {}

  /** Whole streams, until there are so many events of them. Page by page, so that each event can be forgotten at once. */
  *events(eventsMin: number): Generator<RecordedEvent, void, undefined> {
    this.eventsRead = 0;
    this.position = undefined;
    while (!this.isAtEnd && this.eventsRead < eventsMin) {
      const { after, upTo } = this;
      const range = { after, upTo, prefix: MESSAGE_STREAMS, eventsMin: PAGE_EVENTS_MIN };
      const { events, last, isLast } = this.ledger.streams(range);
      this.eventsRead += events.length;
      this.position = events.at(-1)?.position ?? this.position;
      this.after = last;
      this.isAtEnd = isLast;
      yield* events;
    }
  }
}
