import { countryOfAddress } from '../../domain/contacts/address.js';
import { ERASED } from '../../domain/erasure-events.js';
import type { DomainEvent } from '../../domain/events.js';
import { appendWithRetry } from '../append-with-retry.js';
import { decideAgain } from '../decide-again.js';
import type { MessageLedger } from '../message-ledger.js';
import type { Clocks } from '../ports/clock.js';
import type { EventMetadata, EventStore, ExpectedRevision } from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import { inboundStream } from '../streams.js';

/** The cause of an erasure: its source and its actor. */
export interface ForgetCause {
  readonly source: EventMetadata['source'];
  readonly actor?: string;
}

/** A message, and the address that it still names. */
export interface NamedMessage {
  readonly messageId: string;
  readonly channel: string;
  readonly to: string;
}

/**
 * Records on a stream that the personal fields of its earlier events are erased, so that a cached message, a row and a rebuild
 * forget them alike. Each call may be repeated.
 */
export class ForgetStreams {
  constructor(
    private readonly store: EventStore,
    private readonly messages: Pick<MessageLedger, 'handle'>,
    private readonly clocks: Clocks,
    private readonly identifiers: Identifiers,
  ) {}

  /** A message that waits is withdrawn. @throws StoreUnavailable, AppendOutcomeUnknown, UndecodableEvent */
  async forgetMessage({ messageId, channel, to }: NamedMessage, cause: ForgetCause): Promise<void> {
    const country = countryOfAddress(to, channel);
    await this.messages.handle(messageId, { type: 'ErasePersonalData', country }, cause);
  }

  /** @throws StoreUnavailable, AppendOutcomeUnknown, UndecodableEvent */
  async forgetInbound(uuid: string, cause: ForgetCause): Promise<void> {
    const stream = inboundStream(uuid);
    await decideAgain(async () => {
      const { events, revision } = await this.store.read(stream);
      const [first] = events;
      const last = events.at(-1);
      if (first?.event.type !== 'InboundReceived') return;
      if (last?.damage === undefined && last?.event.type === 'PersonalDataErased') return;
      const { occurredAt: receivedAt, ...data } = first.event.data;
      const inbound = {
        ...data,
        from: ERASED,
        text: data.text === null ? null : ERASED,
        keyword: data.keyword === null ? null : ERASED,
        receivedAt,
        recordedAt: first.metadata.recordedAt,
      };
      const erased = { country: null, inbound, occurredAt: this.now() };
      await this.append(stream, { type: 'PersonalDataErased', data: erased }, revision, cause);
    });
  }

  /** Plain text is only older than the encryption, so the first event of a stream tells. @throws StoreUnavailable */
  async isPlain(stream: string): Promise<boolean> {
    const [first] = (await this.store.read(stream)).events;
    return first !== undefined && first.damage === undefined && first.person === undefined;
  }

  /** @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict */
  append(
    stream: string,
    event: DomainEvent,
    expected: ExpectedRevision,
    cause: ForgetCause,
  ): ReturnType<EventStore['append']> {
    const metadata = {
      recordedAt: this.now(),
      correlationId: this.identifiers.newId(),
      causationId: this.identifiers.newId(),
      ...cause,
    };
    const recorded = { id: this.identifiers.newId(), event, metadata };
    return appendWithRetry(this.store, stream, [recorded], expected, this.clocks);
  }

  private now(): string {
    return this.clocks.clock.now().toISOString();
  }
}
