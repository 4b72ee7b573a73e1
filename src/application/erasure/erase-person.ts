import { countryOfAddress } from '../../domain/contacts/address.js';
import { ERASED } from '../../domain/erasure-events.js';
import type { DomainEvent } from '../../domain/events.js';
import { appendWithRetry } from '../append-with-retry.js';
import type { Caller } from '../access/caller.js';
import { decideAgain } from '../decide-again.js';
import {
  ApplicationError,
  ConcurrencyConflict,
  InvalidRequest,
  StoreUnavailable,
} from '../errors.js';
import type { MessageLedger } from '../message-ledger.js';
import type { Clocks } from '../ports/clock.js';
import type { EventFeed } from '../ports/event-feed.js';
import type {
  EventStore,
  ExpectedRevision,
  Position,
  RecordedEvent,
} from '../ports/event-store.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { KeyStore } from '../ports/key-store.js';
import type { PersonalKeys } from '../ports/personal-keys.js';
import type { PersonRows } from '../ports/person-rows.js';
import type { ProjectionPositions } from '../ports/projection-positions.js';
import { contactStream, inboundStream, messageStream, personStream } from '../streams.js';

/** Read models that name persons. */
const PROJECTIONS = ['messages', 'inbound'] as const;

/** Rows that are forgotten together. */
const ROWS_AT_ONCE = 200;
const LOOK_AGAIN_MS = 20;
/** More messages than a person gets. */
const ROWS_LOOKED_AT_MAX = 100_000;
/** A caller waits this long for the read models; then the request is to be repeated. */
const READ_MODELS_MS_MAX = 30_000;

/** The certificate of an erasure. Holds nothing personal: keep it as the proof. Times are ISO 8601 UTC. */
export interface ErasureCertificate {
  /** Random; it is in the id of every key that was destroyed. */
  readonly person: string;
  readonly erasedAt: string;
  readonly by: string | null;
  readonly reason: string;
  readonly keysDestroyed: number;
  /** Messages to and from the person that lists have forgotten. They still count. */
  readonly messages: number;
  readonly inbound: number;
  /** When everything made of the events had forgotten the person, too. */
  readonly completedAt: string;
  /** Where and how long copies may remain that this service cannot reach. */
  readonly remains: readonly string[];
}

export interface ErasedKeys {
  readonly personal: Pick<PersonalKeys, 'destroyKeys'>;
  readonly store: Pick<KeyStore, 'findContactId'>;
}

export interface ErasedLedger {
  readonly store: EventStore;
  readonly feed: Pick<EventFeed, 'comparePositions'>;
  readonly messages: Pick<MessageLedger, 'handle'>;
}

export interface ErasedReadModels {
  readonly rows: PersonRows;
  readonly positions: ProjectionPositions;
}

/**
 * Erases a person: destroys the keys, records it, and lets everything that was made of the events forget the person.
 * Each step may be repeated, so an erasure that was cut off is completed by asking for it again.
 */
export class ErasePerson {
  constructor(
    private readonly keys: ErasedKeys,
    private readonly ledger: ErasedLedger,
    private readonly readModels: ErasedReadModels,
    private readonly clocks: Clocks,
    private readonly identifiers: Identifiers,
  ) {}

  /**
   * @param number as the ledger stores it
   * @throws InvalidRequest a reason that names the number
   * @throws ApplicationError `person-not-found`, `ledger-not-encrypted`
   * @throws StoreUnavailable, AppendOutcomeUnknown; then the request is to be repeated
   */
  async execute(number: string, reason: string, { actor }: Caller): Promise<ErasureCertificate> {
    if (namesNumber(reason, number)) {
      throw new InvalidRequest([
        {
          pointer: '/reason',
          detail: 'reason names the number, and it is kept: leave the number out',
        },
      ]);
    }
    await this.refusePlainText(number);
    const destroyed = await this.keys.personal.destroyKeys(number);
    if (destroyed === undefined) throw nothingRecorded();
    const { person, keys } = destroyed;
    const erased: DomainEvent = {
      type: 'PersonErased',
      data: { person, keys, reason, by: actor ?? null, occurredAt: this.now() },
    };
    // Also when it is recorded already: an erasure that was cut off is completed.
    const position = await this.recordFirst(personStream(person), erased, actor);
    if (position !== undefined) await this.untilProjected(position);
    const forgotten = await this.forgetRows(number, actor);
    await this.readModels.rows.purge();
    return this.complete(person, forgotten, actor);
  }

  /**
   * Looks at everything that lists hold of the person: a certificate must not be given while an event in plain text
   * remains. @throws ApplicationError `ledger-not-encrypted`
   */
  private async refusePlainText(number: string): Promise<void> {
    const { rows } = this.readModels;
    const id = await this.keys.store.findContactId(number);
    const streams = [
      ...(await rows.messagesTo(number, ROWS_LOOKED_AT_MAX)).map(({ messageId }) =>
        messageStream(messageId),
      ),
      ...(await rows.inboundFrom(number, ROWS_LOOKED_AT_MAX)).map(inboundStream),
      ...(id === undefined ? [] : [contactStream(id)]),
    ];
    for (const stream of streams) {
      const { events } = await this.ledger.store.read(stream);
      // Plain text is only older than the encryption, so the first event of a stream tells.
      const [first] = events;
      if (first !== undefined && first.damage === undefined && first.person === undefined) {
        throw notEncrypted();
      }
    }
  }

  /** @returns the position; undefined when the stream has begun before */
  private async recordFirst(
    stream: string,
    event: DomainEvent,
    actor: string | undefined,
  ): Promise<Position | undefined> {
    const { revision } = await this.ledger.store.read(stream);
    if (revision !== 'no-stream') return undefined;
    try {
      return (await this.append(stream, [event], 'no-stream', actor)).position;
    } catch (error) {
      if (!(error instanceof ConcurrencyConflict)) throw error;
      return undefined;
    }
  }

  /** Waits until the read models hold everything that was recorded before a position. */
  private async untilProjected(position: Position): Promise<void> {
    await this.until(async () => {
      const positions = await this.readModels.positions.positions();
      return PROJECTIONS.every((name) => {
        const reached = positions.get(name);
        return reached !== undefined && this.ledger.feed.comparePositions(reached, position) >= 0;
      });
    });
  }

  /** Each row is forgotten by an event on its own stream, so that a cached row and a rebuild forget it, too. */
  private async forgetRows(
    number: string,
    actor: string | undefined,
  ): Promise<{ readonly messages: number; readonly inbound: number }> {
    const { rows } = this.readModels;
    const messages = new Set<string>();
    const inbound = new Set<string>();
    await this.until(async () => {
      const [to, from] = await Promise.all([
        rows.messagesTo(number, ROWS_AT_ONCE),
        rows.inboundFrom(number, ROWS_AT_ONCE),
      ]);
      const newTo = to.filter(({ messageId }) => !messages.has(messageId));
      const newFrom = from.filter((uuid) => !inbound.has(uuid));
      await Promise.all([
        ...newTo.map(({ messageId, channel }) =>
          this.forgetMessage(messageId, countryOfAddress(number, channel), actor),
        ),
        ...newFrom.map((uuid) => this.forgetInbound(uuid, actor)),
      ]);
      for (const { messageId } of newTo) messages.add(messageId);
      for (const uuid of newFrom) inbound.add(uuid);
      return to.length === 0 && from.length === 0;
    });
    return { messages: messages.size, inbound: inbound.size };
  }

  private async forgetMessage(
    messageId: string,
    country: string | null,
    actor: string | undefined,
  ): Promise<void> {
    await this.ledger.messages.handle(
      messageId,
      { type: 'ErasePersonalData', country },
      { source: 'api', ...(actor === undefined ? {} : { actor }) },
    );
  }

  private forgetInbound(uuid: string, actor: string | undefined): Promise<void> {
    return this.appendTo(inboundStream(uuid), actor, (events) => {
      const [first] = events;
      const last = events.at(-1);
      if (first?.damage !== undefined || first?.event.type !== 'InboundReceived') return [];
      if (last?.damage === undefined && last?.event.type === 'PersonalDataErased') return [];
      const { occurredAt: receivedAt, ...data } = first.event.data;
      const inbound = {
        ...data,
        from: ERASED,
        text: data.text === null ? null : ERASED,
        keyword: data.keyword === null ? null : ERASED,
        receivedAt,
        recordedAt: first.metadata.recordedAt,
      };
      const occurredAt = this.now();
      return [{ type: 'PersonalDataErased', data: { country: null, inbound, occurredAt } }];
    });
  }

  /** Appends what follows from a stream that exists; nothing, when nothing follows. */
  private async appendTo(
    stream: string,
    actor: string | undefined,
    follows: (events: readonly RecordedEvent[]) => readonly DomainEvent[],
  ): Promise<void> {
    await decideAgain(async () => {
      const { events, revision } = await this.ledger.store.read(stream);
      const following = follows(events);
      if (following.length === 0) return;
      await this.append(stream, following, revision, actor);
    });
  }

  /** Records the end, once, and reads the certificate from the person's stream. */
  private async complete(
    person: string,
    { messages, inbound }: { readonly messages: number; readonly inbound: number },
    actor: string | undefined,
  ): Promise<ErasureCertificate> {
    const stream = personStream(person);
    const { events, revision } = await this.ledger.store.read(stream);
    if (events.length === 1) {
      const data = { person, messages, inbound, occurredAt: this.now() };
      try {
        await this.append(stream, [{ type: 'ErasureCompleted', data }], revision, actor);
      } catch (error) {
        if (!(error instanceof ConcurrencyConflict)) throw error;
      }
    }
    return this.certificate(person);
  }

  private async certificate(person: string): Promise<ErasureCertificate> {
    const { events } = await this.ledger.store.read(personStream(person));
    const [first, second] = events.map(({ event }) => event);
    if (first?.type !== 'PersonErased' || second?.type !== 'ErasureCompleted') {
      throw new StoreUnavailable('the erasure is not complete: ask for it again');
    }
    const { occurredAt: erasedAt, by, reason, keys } = first.data;
    const { occurredAt: completedAt, messages, inbound } = second.data;
    return {
      person,
      erasedAt,
      by,
      reason,
      keysDestroyed: keys,
      messages,
      inbound,
      completedAt,
      remains: this.readModels.rows.remains,
    };
  }

  private append(
    stream: string,
    events: readonly DomainEvent[],
    expected: ExpectedRevision,
    actor: string | undefined,
  ): ReturnType<EventStore['append']> {
    const metadata = {
      recordedAt: this.now(),
      correlationId: this.identifiers.newId(),
      causationId: this.identifiers.newId(),
      source: 'api',
      ...(actor === undefined ? {} : { actor }),
    } as const;
    const recorded = events.map((event) => ({ id: this.identifiers.newId(), event, metadata }));
    const limit = { clock: this.clocks.monotonic };
    return appendWithRetry(this.ledger.store, stream, recorded, expected, limit);
  }

  private async until(isDone: () => Promise<boolean>): Promise<void> {
    const { monotonic } = this.clocks;
    const deadlineMs = monotonic.elapsedMs() + READ_MODELS_MS_MAX;
    while (!(await isDone())) {
      if (monotonic.elapsedMs() > deadlineMs) {
        throw new StoreUnavailable(
          'the keys are destroyed, and the read models are behind: ask again',
        );
      }
      await monotonic.pause(LOOK_AGAIN_MS, new AbortController().signal);
    }
  }

  private now(): string {
    return this.clocks.clock.now().toISOString();
  }
}

const nothingRecorded = (): ApplicationError =>
  new ApplicationError('person-not-found', 'Nothing is recorded about this number.');

const notEncrypted = (): ApplicationError =>
  new ApplicationError(
    'ledger-not-encrypted',
    'An earlier version recorded this person in plain text, which no key can erase. Nothing was erased.',
  );

/** The fewest digits by which a number is recognised. */
const DIGITS_MIN = 7;

/** True for a text that holds the number, however it is grouped, or its end. */
function namesNumber(text: string, number: string): boolean {
  const digits = text.replace(/[^0-9]/g, '');
  const end = number.slice(-DIGITS_MIN);
  return number.length >= DIGITS_MIN && digits.includes(end);
}
