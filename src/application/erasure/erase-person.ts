import type { PersonErased } from '../../domain/erasure-events.js';
import type { Caller } from '../access/caller.js';
import { orRecordedMeanwhile } from '../decide-again.js';
import {
  ApplicationError,
  ErasureIncomplete,
  InvalidRequest,
  isTransient,
  ProjectorUnavailable,
  UndecodableEvent,
} from '../errors.js';
import { KeyedQueue } from '../keyed-queue.js';
import type { Clock } from '../ports/clock.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import type { KeyStore } from '../ports/key-store.js';
import type { DestroyedKeys, PersonalKeys } from '../ports/personal-keys.js';
import { contactStream, inboundStream, messageStream, personStream } from '../streams.js';
import { certificateOf, type ErasureCertificate } from './erasure-certificate.js';
import type { ForgetCause, ForgetStreams } from './forget-streams.js';
import { namesNumber } from './names-number.js';
import type { NamingReadModels } from './naming-read-models.js';

/** Rows that are forgotten together. */
const ROWS_AT_ONCE = 200;
/** Damaged messages that a problem names. */
const NAMED_MAX = 5;
/** More messages than a person gets. */
const ROWS_LOOKED_AT_MAX = 100_000;

export interface ErasedKeys {
  readonly personal: Pick<PersonalKeys, 'destroyKeys'>;
  readonly store: Pick<KeyStore, 'findContactId'>;
}

interface Wish {
  readonly reason: string;
  /** Name of the API key. */
  readonly actor: string | undefined;
  readonly deadlineMs: number;
}

/** The keys that were destroyed, and the ids of what lists have forgotten. */
interface Forgotten {
  readonly keys: number;
  readonly messages: Set<string>;
  readonly inbound: Set<string>;
}

/**
 * Erases a person: destroys the keys, records it, and lets everything that was made of the events forget the person.
 * Each step may be repeated, so an erasure that was cut off is completed by asking for it again.
 */
export class ErasePerson {
  /** A caller who gave up asks again while the first call goes on: of two at once, one would count what the other left. */
  private readonly queue = new KeyedQueue();
  /** The counts of erasures that were cut off, by person. The next call for the person adds to them. */
  private readonly begun = new Map<string, Forgotten>();
  private readonly underWay = new Set<string>();

  constructor(
    private readonly keys: ErasedKeys,
    private readonly store: EventStore,
    private readonly readModels: NamingReadModels,
    private readonly streams: ForgetStreams,
    private readonly clock: Clock,
  ) {}

  /**
   * @param number or a channel's id, as the ledger stores it
   * @throws InvalidRequest a reason that names the number
   * @throws ApplicationError `person-not-found`, `ledger-not-encrypted`
   * @throws StoreUnavailable; then nothing is known to be erased. ErasureIncomplete; then the keys are destroyed. Either way the
   * request is to be repeated
   * @throws UndecodableEvent; then after a rebuild of the lists
   */
  async execute(number: string, reason: string, caller: Caller): Promise<ErasureCertificate> {
    if (namesNumber(reason, number)) throw reasonNamesNumber();
    // The time that this call waits for an earlier one counts too.
    const deadlineMs = this.readModels.deadlineMs();
    return this.queue.runShared(number, () => this.erase(number, reason, caller, deadlineMs));
  }

  /** Returns whether a call for the person goes on in this process, whose keys are destroyed. */
  isUnderWay(person: string): boolean {
    return this.underWay.has(person);
  }

  private async erase(
    number: string,
    reason: string,
    { actor }: Caller,
    deadlineMs: number,
  ): Promise<ErasureCertificate> {
    // Lists cannot tell whose message it was that they take in once the key is destroyed.
    await this.readModels.untilProjected(deadlineMs);
    await this.refusePlainText(number);
    const destroyed = await this.keys.personal.destroyKeys(number);
    if (destroyed === undefined) throw nothingRecorded();
    const { person, keys } = destroyed;
    const forgotten = this.begun.get(person) ?? { ...nothing(), keys };
    this.begun.set(person, forgotten);
    this.underWay.add(person);
    try {
      return await this.forget(number, destroyed, forgotten, { reason, actor, deadlineMs });
    } catch (error) {
      const mayEnd = isTransient(error) || error instanceof ProjectorUnavailable;
      throw mayEnd ? new ErasureIncomplete(error as Error) : error;
    } finally {
      this.underWay.delete(person);
    }
  }

  private async forget(
    number: string,
    { person, erasedBefore, leftInFile }: DestroyedKeys,
    forgotten: Forgotten,
    { reason, actor, deadlineMs }: Wish,
  ): Promise<ErasureCertificate> {
    const cause = { source: 'api', ...(actor === undefined ? {} : { actor }) } as const;
    const erased = { reason, by: actor ?? null, occurredAt: this.now() };
    // An erasure that was cut off before it was recorded, of a person who wrote again before it was asked for again.
    if (erasedBefore !== null)
      await this.record({ person: erasedBefore, keys: 0, ...erased }, cause);
    // Also when it is recorded already: an erasure that was cut off is completed.
    const before = erasedBefore === null ? {} : { erasedBefore };
    await this.record({ person, keys: forgotten.keys, ...erased, ...before }, cause);
    await this.readModels.untilProjected(deadlineMs);
    await this.forgetRows(number, forgotten, cause, deadlineMs);
    if (leftInFile !== undefined) throw leftInFile;
    await this.readModels.rows.purge();
    for (const earlier of await this.incompleteBefore(person)) {
      await this.complete(earlier, nothing(), cause);
    }
    const certificate = await this.complete(person, forgotten, cause);
    this.begun.delete(person);
    return certificate;
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
      if (await this.streams.isPlain(stream)) throw notEncrypted();
    }
  }

  /** Records nothing when the stream has begun before. */
  private async record(data: PersonErased['data'], cause: ForgetCause): Promise<void> {
    const stream = personStream(data.person);
    const { revision } = await this.store.read(stream);
    if (revision !== 'no-stream') return;
    const event = { type: 'PersonErased', data } as const;
    await orRecordedMeanwhile(this.streams.append(stream, event, 'no-stream', cause));
  }

  private async forgetRows(
    number: string,
    { messages, inbound }: Forgotten,
    cause: ForgetCause,
    deadlineMs: number,
  ): Promise<void> {
    const { rows } = this.readModels;
    const unreadable = new Set<string>();
    const unlessDamaged = async (
      ids: Set<string>,
      id: string,
      forget: () => Promise<void>,
    ): Promise<void> => {
      if (ids.has(id) || unreadable.has(id)) return;
      try {
        await forget();
        ids.add(id);
      } catch (error) {
        if (!(error instanceof UndecodableEvent)) throw error;
        unreadable.add(id);
      }
    };
    await this.readModels.until(async () => {
      const [to, from] = await Promise.all([
        rows.messagesTo(number, ROWS_AT_ONCE),
        rows.inboundFrom(number, ROWS_AT_ONCE),
      ]);
      await Promise.all([
        ...to.map((row) =>
          unlessDamaged(messages, row.messageId, () =>
            this.streams.forgetMessage({ ...row, to: number }, cause),
          ),
        ),
        ...from.map((uuid) =>
          unlessDamaged(inbound, uuid, () => this.streams.forgetInbound(uuid, cause)),
        ),
      ]);
      return [...to.map(({ messageId }) => messageId), ...from].every((id) => unreadable.has(id));
    }, deadlineMs);
    if (unreadable.size > 0) throw damaged([...unreadable]);
  }

  /** Returns the ids of the same person whose erasures were cut off, the first one first. */
  private async incompleteBefore(person: string): Promise<readonly string[]> {
    const ids: string[] = [];
    let { events } = await this.store.read(personStream(person));
    for (;;) {
      const earlier = erasedBeforeIn(events);
      if (earlier === undefined) return ids;
      ({ events } = await this.store.read(personStream(earlier)));
      const isIncomplete = events.length === 1;
      if (!isIncomplete) return ids;
      ids.unshift(earlier);
    }
  }

  /** Records the end, once, and reads the certificate from the person's stream. */
  private async complete(
    person: string,
    { messages, inbound }: Forgotten,
    cause: ForgetCause,
  ): Promise<ErasureCertificate> {
    const stream = personStream(person);
    const { events, revision } = await this.store.read(stream);
    if (events.length === 1) {
      const counts = { messages: messages.size, inbound: inbound.size };
      const data = { person, ...counts, occurredAt: this.now() };
      const completed = { type: 'ErasureCompleted', data } as const;
      await orRecordedMeanwhile(this.streams.append(stream, completed, revision, cause));
    }
    const remains = await this.readModels.rows.remains();
    return certificateOf((await this.store.read(stream)).events, remains);
  }

  private now(): string {
    return this.clock.now().toISOString();
  }
}

function erasedBeforeIn([first]: readonly RecordedEvent[]): string | undefined {
  if (first === undefined || first.damage !== undefined) return undefined;
  return first.event.type === 'PersonErased' ? first.event.data.erasedBefore : undefined;
}

const nothing = (): Forgotten => ({ keys: 0, messages: new Set(), inbound: new Set() });

const reasonNamesNumber = (): InvalidRequest =>
  new InvalidRequest([
    {
      pointer: '/reason',
      detail: 'reason names the number, and it is kept: leave the number out',
    },
  ]);

/** A copy that is made anew knows no number whose key is destroyed. */
const damaged = (ids: readonly string[]): UndecodableEvent =>
  new UndecodableEvent(
    `the keys are destroyed, and lists still hold the number of what cannot be read (${ids.slice(0, NAMED_MAX).join(', ')}): ` +
      'npm run rebuild -- messages inbound, and ask again',
  );

const nothingRecorded = (): ApplicationError =>
  new ApplicationError(
    'person-not-found',
    'Nothing is recorded about this number or id. The address of a fallback is erased with the number of its message.',
  );

const notEncrypted = (): ApplicationError =>
  new ApplicationError(
    'ledger-not-encrypted',
    'An earlier version recorded this person in plain text, which no key can erase. Nothing was erased. ' +
      'First encrypt the ledger: npm run migrate-ledger -- --encrypt --to LEDGER',
  );
