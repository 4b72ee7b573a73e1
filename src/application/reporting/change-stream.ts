import type { DomainEvent } from '../../domain/events.js';
import { ApplicationError } from '../errors.js';
import { INBOUND_STREAMS, MESSAGE_STREAMS, messageIdOfStream } from '../streams.js';
import type { EventFeed } from '../ports/event-feed.js';
import type { Position, RecordedEvent } from '../ports/event-store.js';

/** Each of many readers holds a batch in memory while it takes nothing. */
const BATCH_EVENTS_MAX = 16;

/** A change as a subscriber sees it. It names the event and the message; the details are asked for separately. */
export interface Change {
  /** Pass it back to resume after this change. */
  readonly position: Position;
  readonly type: DomainEvent['type'];
  /** Undefined for an inbound message. */
  readonly messageId?: string;
  /** The place of its event among those of its message. */
  readonly revision: number;
  readonly messageUuid?: string;
  readonly attempt?: number;
  /** The reported status, when the change is a report. */
  readonly status?: string;
  readonly errorCode?: string;
  /** The reason why a report changed nothing. */
  readonly refusedBecause?: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
}

/** Changes that were read together; empty at the beginning, when there is only a position to resume from. */
export interface Changes {
  /** Pass it back to resume after all of them. */
  readonly position: Position;
  readonly changes: readonly Change[];
}

/**
 * Follows changes as they are recorded, straight from the ledger: no gap and no repeat, whatever the read models do.
 */
export class FollowChanges {
  constructor(private readonly feed: EventFeed) {}

  /**
   * Without a position it first yields its start, so that a reader who leaves before the first change can come back
   * without missing it.
   * @param after a position that was given out here; without it, from now on
   * @throws ApplicationError `invalid-request` for a position of another ledger
   */
  async *execute(after: Position | undefined, signal: AbortSignal): AsyncGenerator<Changes> {
    const head = await this.feed.head();
    if (after !== undefined) this.checkReached(after, head);
    const start = after ?? head;
    const options = {
      prefixes: [MESSAGE_STREAMS, INBOUND_STREAMS],
      batchEventsMax: BATCH_EVENTS_MAX,
      signal,
      after: start,
    };
    let isTold = after !== undefined;
    for await (const batch of this.feed.follow(options)) {
      // A feed's position may be ahead of the newest event, and such a position would be refused.
      const position = batch.events.at(-1)?.position ?? batch.position;
      // An unreadable event tells no change; `/v1/parked-events` shows it.
      const whole = batch.events.filter(({ damage }) => damage === undefined);
      if (whole.length > 0) yield { position, changes: whole.map(changeOf) };
      else if (!isTold) yield { position: start ?? position, changes: [] };
      isTold = true;
    }
  }

  /** Refuses a position ahead of the ledger: another ledger gave it out, and to wait for it would be a silent gap. */
  private checkReached(after: Position, head: Position | undefined): void {
    if (head === undefined || this.feed.comparePositions(after, head) <= 0) return;
    throw new ApplicationError(
      'invalid-request',
      'the position is ahead of this ledger: begin again without it',
    );
  }
}

/** @throws UndecodableEvent for a damaged event */
export function changeOf({ event, stream, revision, position, metadata }: RecordedEvent): Change {
  const data = event.data as Partial<Record<string, unknown>>;
  const messageId = messageIdOfStream(stream);
  const error = data['error'] as { readonly code?: string | null } | null | undefined;
  const refusedBecause = event.type === 'StatusRefused' ? event.data.reason : undefined;
  return {
    position,
    type: event.type,
    ...(messageId === undefined ? {} : { messageId }),
    revision: Number(revision),
    ...picked(data, 'messageUuid', 'string'),
    ...picked(data, 'attempt', 'number'),
    ...picked(data, 'status', 'string'),
    ...(typeof error?.code === 'string' ? { errorCode: error.code } : {}),
    ...(refusedBecause === undefined ? {} : { refusedBecause }),
    occurredAt: event.data.occurredAt,
    recordedAt: metadata.recordedAt,
  };
}

const picked = (
  data: Partial<Record<string, unknown>>,
  name: string,
  type: 'string' | 'number',
): Readonly<Record<string, unknown>> => (typeof data[name] === type ? { [name]: data[name] } : {});
