import type {
  AppendedEvent,
  AppendResult,
  CopiedEvent,
  EventStore,
  ExpectedRevision,
  StoredStream,
} from '../../../application/ports/event-store.js';
import type {
  ErasedPerson,
  PersonalKey,
  PersonalKeys,
} from '../../../application/ports/personal-keys.js';
import { openEvents } from './open-events.js';
import { encodeErased, openForSealing, sealEvent } from './seal-event.js';

/** Encrypts the personal fields of what is appended to a ledger, and opens those of what is read. */
export class SealingEventStore implements EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly keys: PersonalKeys,
    /** Fails when the key store is not that of the ledger. */
    private readonly checkKeys: () => Promise<void> | undefined = () => undefined,
  ) {}

  async read(stream: string): Promise<StoredStream> {
    const { events, revision } = await this.store.read(stream);
    return { events: await openEvents(events, this.keys), revision };
  }

  /** The keys are durable before the events are. Where they are in the cache, nothing is waited for. */
  append(
    stream: string,
    events: readonly AppendedEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    try {
      const stored: AppendedEvent[] = [];
      for (const event of events) {
        const sealed = this.seal(stream, event);
        if (sealed instanceof Promise) {
          const rest = events.slice(stored.length + 1);
          return this.sealRest(stream, stored, sealed, rest).then(() =>
            this.store.append(stream, stored, expected),
          );
        }
        stored.push(sealed);
      }
      return this.store.append(stream, stored, expected);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async checkWritable(): Promise<void> {
    await this.store.checkWritable();
    await this.checkKeys();
  }

  close(): Promise<void> {
    return this.store.close();
  }

  /** One after the other: the first event of a person makes the key of the others. */
  private async sealRest(
    stream: string,
    stored: AppendedEvent[],
    sealing: Promise<AppendedEvent>,
    rest: readonly AppendedEvent[],
  ): Promise<void> {
    stored.push(await sealing);
    for (const event of rest) stored.push(await this.seal(stream, event));
  }

  private seal(stream: string, event: AppendedEvent): AppendedEvent | Promise<AppendedEvent> {
    if ('stored' in event) return event;
    const opened = openForSealing(event);
    if (opened === undefined) return event;
    const sealed = (found: PersonalKey | ErasedPerson): CopiedEvent =>
      'erased' in found
        ? encodeErased(event, opened, found.erased)
        : sealEvent(stream, event, opened, found);
    const found = this.keys.sealingKey(event.person, event.metadata.recordedAt);
    return found instanceof Promise ? found.then(sealed) : sealed(found);
  }
}
