import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordedEvent } from '../ports/event-store.js';
import type { ProjectionName, ProjectionProgress } from '../ports/projection-store.js';
import type { WholeStreams } from '../ports/whole-streams.js';
import { MESSAGE_STREAMS } from '../streams.js';
import { foldMessages } from './messages-projection.js';
import type { Folded } from './projection.js';
import { foldAgenda } from './simple-projection.js';

/** Read together: so few that what was read is forgotten before it has become old. */
const PAGE_EVENTS_MIN = 2_000;

/** Folded together, and written in one commit: so many that a roll-up is seldom written twice. */
const EVENTS_MIN = 50_000;

/** What some whole streams come to. */
export interface FoldedStreams extends Folded<unknown> {
  readonly events: number;
}

/** Folds a ledger's streams, here or in another thread. */
export interface StreamFolder {
  end(): ProjectionProgress | undefined;
  /** Every event up to the end is in exactly one of what it yields. @throws an Error, of any class: it may be a thread's */
  fold(
    projection: ProjectionName,
    upTo: ProjectionProgress,
    signal: AbortSignal,
  ): AsyncIterable<FoldedStreams>;
}

type StreamFold = (events: Iterable<RecordedEvent>) => Folded<unknown>;

const folds: Partial<Record<ProjectionName, StreamFold>> = {
  agenda: foldAgenda,
  messages: foldMessages,
};

/** Whether each of a projection's rows follows from one stream, so that it can be filled stream by stream. */
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
    if (reading.eventsRead > 0) yield { ...folded, events: reading.eventsRead };
    await nextTurn();
  }
}

/** Goes through the streams of messages. */
class StreamReading {
  isAtEnd = false;
  /** Since the last call of `events`. */
  eventsRead = 0;
  private after = 0;

  constructor(
    private readonly ledger: WholeStreams,
    private readonly upTo: ProjectionProgress,
  ) {}

  /** Whole streams, until there are so many events of them. Page by page, so that each event can be forgotten at once. */
  *events(eventsMin: number): Generator<RecordedEvent, void, undefined> {
    this.eventsRead = 0;
    while (!this.isAtEnd && this.eventsRead < eventsMin) {
      const { after, upTo } = this;
      const range = { after, upTo, prefix: MESSAGE_STREAMS, eventsMin: PAGE_EVENTS_MIN };
      const { events, last, isLast } = this.ledger.streams(range);
      this.eventsRead += events.length;
      this.after = last;
      this.isAtEnd = isLast;
      yield* events;
    }
  }
}
