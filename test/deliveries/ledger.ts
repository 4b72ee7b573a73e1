import { MemoryEventStore } from '../../src/adapters/event-store/memory/memory-event-store.js';
import { ENDPOINTS_STREAM, messageStream } from '../../src/application/streams.js';
import type { DomainEvent } from '../../src/domain/events.js';
import { requested, reported, started, took } from '../support/facts/message-facts.js';
import { NOON } from '../support/facts/scenario.js';

/** Each of these changes the status of a message. */
export const CHANGES_PER_MESSAGE = 4;

const idOf = (index: number): string =>
  `01890a5d-ac96-7000-8000-${index.toString(16).padStart(12, '0')}`;

/** The number of an event in the ledger, by the id of its webhook. */
export const indexOf = (webhookId: string): number => Number.parseInt(webhookId.slice(24, 36), 16);

/** A ledger with receivers at these addresses, and then so many changes of status. */
export async function ledgerWith(
  urls: readonly string[],
  changes: number,
): Promise<MemoryEventStore> {
  const store = new MemoryEventStore();
  const metadata = {
    recordedAt: NOON,
    correlationId: idOf(0),
    causationId: idOf(0),
    source: 'webhook' as const,
  };
  const endpoints = urls.map((url, at) => ({
    id: `0189ffff-ffff-7000-8000-${String(at).padStart(12, '0')}`,
    event: {
      type: 'EndpointCreated',
      data: {
        id: url,
        url,
        events: ['message.status_changed'],
        description: '',
        by: null,
        occurredAt: NOON,
      },
    } as DomainEvent,
    metadata,
  }));
  await store.append(ENDPOINTS_STREAM, endpoints, 'no-stream');
  const kinds = [requested(), started(), took(), reported('delivered')];
  for (let message = 0; message < changes / CHANGES_PER_MESSAGE; message++) {
    const events = kinds.map((event, at) => ({
      id: idOf(message * CHANGES_PER_MESSAGE + at),
      event,
      metadata,
    }));
    await store.append(messageStream(idOf(message)), events, 'no-stream');
  }
  return store;
}
