import type {
  AppendedEvent,
  AppendResult,
  CopiedEvent,
  EventStore,
  ExpectedRevision,
  NewEvent,
  StoredStream,
} from '../../../application/ports/event-store.js';
import type { PersonalKeys } from '../../../application/ports/personal-keys.js';
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

  /** The keys are durable before the events are. */
  async append(
    stream: string,
    events: readonly AppendedEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const stored: AppendedEvent[] = [];
    for (const event of events) {
      const sealing = 'stored' in event ? event : this.seal(stream, event);
      stored.push(sealing instanceof Promise ? await sealing : sealing);
    }
    return this.store.append(stream, stored, expected);
  }

  async checkWritable(): Promise<void> {
    await this.store.checkWritable();
    await this.checkKeys();
  }

  close(): Promise<void> {
    return this.store.close();
  }

  private seal(stream: string, event: NewEvent): NewEvent | Promise<CopiedEvent> {
    const opened = openForSealing(event);
    if (opened === undefined) return event;
    return this.keys
      .sealingKey(event.person, event.metadata.recordedAt)
      .then((found) =>
        'erased' in found
          ? encodeErased(event, opened, found.erased)
          : sealEvent(stream, event, opened, found),
      );
  }
}
