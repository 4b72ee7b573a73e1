import type { ContactEvent } from '../../domain/contacts/contact-events.js';
import type { DomainEventType } from '../../domain/events.js';
import { currentAttempt, evolve, unheardOf, type Message } from '../../domain/message/message.js';
import type { MessageEvent } from '../../domain/message/message-events.js';
import { isFinal } from '../../domain/message/message-status.js';
import { ERASED } from '../../domain/erasure-events.js';
import type { OutgoingType } from '../../domain/webhooks/endpoint-events.js';
import type { Cache } from '../ports/cache.js';
import type { RecordedEvent, Revision, StoredStream } from '../ports/event-store.js';
import {
  CONTACT_STREAMS,
  INBOUND_STREAMS,
  MESSAGE_STREAMS,
  messageIdOfStream,
  PERSON_STREAMS,
} from '../streams.js';

/** Maps the prefix of a stream's name to the prefixes of the types under which its events are delivered. */
const typesOfStreams: readonly (readonly [stream: string, types: readonly string[]])[] = [
  [MESSAGE_STREAMS, ['message.', 'contact.erased']],
  [INBOUND_STREAMS, ['inbound.', 'contact.erased']],
  [CONTACT_STREAMS, ['contact.opted_']],
  [PERSON_STREAMS, ['contact.erased']],
  ['sending-', ['sending.']],
  ['limit-', ['limit.']],
  ['checkpoints-', ['log.']],
];

/** The streams whose events are told to others. */
export const TOLD_STREAMS = typesOfStreams.map(([stream]) => stream);

/** True when an event of the stream, whatever it says, may be told as one of the types. */
export const mayBeTold = (stream: string, types: readonly OutgoingType[]): boolean =>
  typesOfStreams.some(
    ([prefix, beginnings]) =>
      stream.startsWith(prefix) &&
      types.some((type) => beginnings.some((beginning) => type.startsWith(beginning))),
  );

/** An event as a receiver gets it. */
export interface OutgoingEvent {
  /** The same for every attempt and every replay. Holds no dot. */
  readonly id: string;
  readonly type: OutgoingType;
  /** ISO 8601 UTC: when it happened. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly stream: string;
  readonly revision: number;
}

/** Reads the events of a stream. @param before the revision whose earlier events are enough */
export interface StreamReader {
  /** @throws StoreUnavailable */
  read(stream: string, before?: Revision): Promise<StoredStream>;
}

/** The events of the service as a whole, which are told as they were recorded. */
const typeOfService: Readonly<Partial<Record<DomainEventType, OutgoingType>>> = {
  SendingHeld: 'sending.held',
  SendingReleased: 'sending.released',
  CheckpointShared: 'log.checkpoint',
};

/** Tells what recorded events mean to others. */
export class OutgoingEvents {
  constructor(
    private readonly store: StreamReader,
    /** Messages as of a revision. All endpoints share them: those that take what comes are at about the same place. */
    private readonly folded: Cache<string, Message>,
  ) {}

  /**
   * @param all the events of the stream as they are now: what is remembered of a message may have been erased since
   * @throws StoreUnavailable, UndecodableEvent
   */
  async of(
    recorded: RecordedEvent,
    all?: readonly RecordedEvent[],
  ): Promise<readonly OutgoingEvent[]> {
    const { event, stream } = recorded;
    if (stream.startsWith(MESSAGE_STREAMS)) return this.ofMessage(recorded, all);
    if (event.type === 'InboundReceived') {
      const { occurredAt: _, claimedAt: __, ...inbound } = event.data;
      return [outgoing(recorded, 'inbound.received', inbound)];
    }
    if (event.type === 'PersonalDataErased' && event.data.inbound !== null) {
      return erasedOf(recorded, 'inbound', event.data.inbound.messageUuid);
    }
    if (event.type === 'ErasureCompleted') {
      const { person, messages, inbound } = event.data;
      return [
        outgoing(recorded, 'contact.erased', { about: 'person', id: person, messages, inbound }),
      ];
    }
    // Nobody can be told whom it is about.
    if ('number' in event.data && event.data.number === ERASED) return [];
    if (event.type === 'OptedOut' || event.type === 'ContactBarred') {
      return [outgoing(recorded, 'contact.opted_out', consentOf(event))];
    }
    if (event.type === 'OptedIn') {
      return [outgoing(recorded, 'contact.opted_in', consentOf(event))];
    }
    if (event.type === 'LimitReached') {
      const { limit, cap, used } = event.data;
      return [outgoing(recorded, 'limit.reached', { limit, cap, used })];
    }
    const type = typeOfService[event.type];
    if (type === undefined) return [];
    const { occurredAt: _, ...data } = event.data;
    return [outgoing(recorded, type, data)];
  }

  private async ofMessage(
    recorded: RecordedEvent,
    all: readonly RecordedEvent[] | undefined,
  ): Promise<readonly OutgoingEvent[]> {
    const { stream, revision } = recorded;
    const event = recorded.event as MessageEvent;
    const before = all ? messageOf(all, revision) : await this.messageBefore(stream, revision);
    const after = evolve(before, event);
    if (after.kind === 'unheard-of') return [];
    // Hardly anything follows a final status, and the cache has room for others.
    if (all === undefined && !isFinal(after.status))
      this.folded.set(nameOf(stream, revision), after);
    const about = aboutMessage(stream, after);
    const told: OutgoingEvent[] = [];
    const previousStatus = before.kind === 'tracked' ? before.status : null;
    if (after.status !== previousStatus) {
      told.push(outgoing(recorded, 'message.status_changed', { ...about, previousStatus }));
    }
    const known = before.kind === 'tracked' ? before.contradiction : null;
    if (after.contradiction !== known) {
      const { contradiction } = after;
      told.push(outgoing(recorded, 'message.contradicted', { ...about, contradiction }));
    }
    if (event.type === 'OutcomeResolved') {
      const { outcome, reason, by } = event.data;
      told.push(outgoing(recorded, 'message.resolved', { ...about, outcome, reason, by }));
    }
    if (event.type === 'PersonalDataErased') {
      for (let at = 0n; at < revision; at++) this.folded.delete(nameOf(stream, at));
      told.push(...erasedOf(recorded, 'message', messageIdOfStream(stream) ?? ''));
    }
    return told;
  }

  private async messageBefore(stream: string, revision: bigint): Promise<Message> {
    if (revision === 0n) return unheardOf;
    const known = this.folded.get(nameOf(stream, revision - 1n));
    if (known !== undefined) return known;
    const { events } = await this.store.read(stream, revision);
    return messageOf(events, revision);
  }
}

function messageOf(events: readonly RecordedEvent[], before: bigint): Message {
  let message: Message = unheardOf;
  for (const { revision, event } of events) {
    if (revision < before) message = evolve(message, event as MessageEvent);
  }
  return message;
}

const nameOf = (stream: string, revision: bigint): string => `${stream} ${revision}`;

function aboutMessage(
  stream: string,
  message: Extract<Message, { kind: 'tracked' }>,
): Readonly<Record<string, unknown>> {
  const attempt = currentAttempt(message);
  return {
    id: messageIdOfStream(stream),
    status: message.status,
    to: message.to,
    from: message.from,
    channel: message.channel,
    reference: message.request?.reference ?? null,
    attempt: attempt?.number ?? null,
    messageUuid: attempt?.messageUuid ?? null,
    error: attempt?.error ?? null,
  };
}

/** A receiver has its own copy of number and text to erase, and knows it by this id. What is only old says nothing. */
const erasedOf = (
  recorded: RecordedEvent,
  about: 'message' | 'inbound',
  id: string,
): readonly OutgoingEvent[] =>
  recorded.metadata.source === 'agenda'
    ? []
    : [outgoing(recorded, 'contact.erased', { about, id })];

function consentOf({ data }: ContactEvent): Readonly<Record<string, unknown>> {
  const { ends: _, occurredAt: __, ...fact } = data;
  return fact;
}

function outgoing(
  { id, stream, revision, event }: RecordedEvent,
  type: OutgoingType,
  data: Readonly<Record<string, unknown>>,
): OutgoingEvent {
  return {
    id: `${id}_${type.replaceAll('.', '_')}`,
    type,
    timestamp: event.data.occurredAt,
    data: { ...data, stream, revision: Number(revision) },
    stream,
    revision: Number(revision),
  };
}

export const bodyOf = ({ type, timestamp, data }: OutgoingEvent): string =>
  JSON.stringify({ type, timestamp, data });
