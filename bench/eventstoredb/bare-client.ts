import { randomUUID } from 'node:crypto';
import { EventStoreDBClient, jsonEvent, START, streamNameFilter } from '@eventstore/db-client';
import { newEvent } from '../../testing/events.js';

/** The unmodified client, doing the same work as the adapter and nothing more. */
export class BareClient {
  readonly #client: EventStoreDBClient;

  constructor(url: string) {
    this.#client = EventStoreDBClient.connectionString(url);
  }

  /** Appends one event of about 400 bytes to a stream of its own, in a form that the adapter can read too. */
  async append(kind: string, reason: string): Promise<void> {
    const { id, event, metadata } = newEvent(reason);
    const { type, data } = event;
    const stored = { schemaVersion: 1, ...metadata };
    const proposed = jsonEvent({ id, type, data: { ...data }, metadata: stored });
    await this.#client.appendToStream(`${kind}-${randomUUID()}`, proposed, {
      expectedRevision: 'no_stream',
    });
  }

  /** Follows from the beginning until it is caught up. @returns the number of events */
  async follow(kind: string): Promise<number> {
    const filter = streamNameFilter({ prefixes: [`${kind}-`], maxSearchWindow: 256 });
    const subscription = this.#client.subscribeToAll({ fromPosition: START, filter });
    let events = 0;
    await new Promise<void>((resolve, reject) => {
      subscription
        .on('data', () => events++)
        .on('caughtUp', resolve)
        .on('error', reject);
    });
    await subscription.unsubscribe();
    return events;
  }

  close(): Promise<void> {
    return this.#client.dispose();
  }
}
