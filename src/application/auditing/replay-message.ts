import type { MessageEvent, RefusalReason } from '../../domain/message/message-events.js';
import type { MessageStatus } from '../../domain/message/message-status.js';
import { evolve, unheardOf, type Message } from '../../domain/message/message.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import type { MessageIndex } from '../ports/message-index.js';
import { findStream } from './find-stream.js';
import { messageNotFound } from './message-not-found.js';

/** The effect of an event on the message. */
export interface Effect {
  /** Null before the first event. */
  readonly from: MessageStatus | null;
  readonly to: MessageStatus | null;
  /** False for a report that was refused. */
  readonly applied: boolean;
  /** Why it was refused; null otherwise. */
  readonly reason: RefusalReason | null;
}

export interface ReplayedEvent {
  readonly recorded: RecordedEvent;
  /** Null for an event that cannot be read and for all after it: their changes are unknown. */
  readonly effect: Effect | null;
}

/** The audit replay: lists every event of a message in order, with its effect. */
export class ReplayMessage {
  constructor(
    private readonly store: EventStore,
    private readonly index: MessageIndex,
  ) {}

  /**
   * @param id of the message, or Vonage's `message_uuid` of one of its attempts
   * @throws ApplicationError `message-not-found`; StoreUnavailable
   */
  async execute(id: string): Promise<readonly ReplayedEvent[]> {
    const { events } = await findStream(this.store, this.index, id);
    if (events.length === 0) throw messageNotFound(id);
    let message: Message = unheardOf;
    let isWhole = true;
    return events.map((recorded) => {
      isWhole &&= recorded.damage === undefined;
      if (!isWhole) return { recorded, effect: null };
      const event = recorded.event as MessageEvent;
      const before = message;
      message = evolve(message, event);
      return { recorded, effect: effectOf(event, statusOf(before), statusOf(message)) };
    });
  }
}

const statusOf = (message: Message): MessageStatus | null =>
  message.kind === 'tracked' ? message.status : null;

const effectOf = (
  event: MessageEvent,
  from: MessageStatus | null,
  to: MessageStatus | null,
): Effect =>
  event.type === 'StatusRefused'
    ? { from, to, applied: false, reason: event.data.reason }
    : { from, to, applied: true, reason: null };
