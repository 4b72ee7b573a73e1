import { ApplicationError, InvalidRequest } from '../errors.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Position, RecordedEvent } from '../ports/event-store.js';
import { LEDGER_STREAMS } from '../streams.js';

/** Each of many readers holds a batch in memory while it takes nothing: about 300 KB. */
const BATCH_EVENTS_MAX = 100;

/** Exports the whole ledger in its total order, to keep or check a copy. */
export class ExportLedger {
  constructor(private readonly feed: EventFeed) {}

  /**
   * @param after exclusive; undefined: from the beginning
   * @param eventsMax undefined: up to what is there now
   * @throws InvalidRequest for a position that this ledger did not give out
   */
  async *execute(
    after: Position | undefined,
    eventsMax: number | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<RecordedEvent> {
    if (after !== undefined) await this.checkPosition(after);
    const options = {
      prefixes: LEDGER_STREAMS,
      signal,
      batchEventsMax: Math.min(eventsMax ?? BATCH_EVENTS_MAX, BATCH_EVENTS_MAX),
      after,
    };
    let left = eventsMax ?? Number.POSITIVE_INFINITY;
    for await (const { events } of this.feed.readAll(options)) {
      for (const event of events) {
        if (left-- <= 0) return;
        yield event;
      }
    }
  }

  /** A position ahead of the ledger came from a newer copy of it: events that are recorded up to there would be left out. */
  private async checkPosition(after: Position): Promise<void> {
    const head = await this.feed.head();
    try {
      if (this.feed.comparePositions(after, head ?? after) <= 0) return;
    } catch (error) {
      if (!(error instanceof ApplicationError) || error.code !== 'invalid-request') throw error;
      throw refused('after is not a position of this ledger');
    }
    throw refused('after is ahead of this ledger: begin again without it');
  }
}

const refused = (detail: string): InvalidRequest =>
  new InvalidRequest([{ parameter: 'after', detail }]);
