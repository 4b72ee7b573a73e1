import type { MemoryEventStore } from '../../../src/adapters/event-store/memory/memory-event-store.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  NewEvent,
  StoredStream,
} from '../../../src/application/ports/event-store.js';
import type { Identifiers } from '../../../src/application/ports/identifiers.js';
import type { Interleavings } from '../watching/interleavings.js';

/** Holds each read and each append until its turn comes. */
export class HeldStore implements EventStore {
  constructor(
    private readonly store: MemoryEventStore,
    private readonly interleavings: Interleavings,
  ) {}

  read(stream: string): Promise<StoredStream> {
    return this.interleavings.atomically(`read ${stream}`, () => this.store.read(stream), {
      tell: ({ revision }) => String(revision),
    });
  }

  append(
    stream: string,
    events: readonly NewEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const types = events.map(({ event }) => event.type).join(', ');
    return this.interleavings.atomically(
      `append ${types} to ${stream} after ${expected}`,
      () => this.store.append(stream, events, expected),
      { tell: ({ revision }) => String(revision) },
    );
  }

  checkWritable(): Promise<void> {
    return this.store.checkWritable();
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

/** The service's identifiers, but with ids that are the same in every order. */
export const steadyIdentifiers: Identifiers = {
  ...uuidIdentifiers,
  newId: () => uuidIdentifiers.idOf('new'),
};
