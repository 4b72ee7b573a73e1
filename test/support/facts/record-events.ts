import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import type { EventStore } from '../../../src/application/ports/event-store.js';
import { messageStream } from '../../../src/application/streams.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { NOON } from './scenario.js';

/** Begins a message's stream with these events. */
export async function recordEvents(
  store: EventStore,
  messageId: string,
  ...events: readonly MessageEvent[]
): Promise<void> {
  const metadata = {
    recordedAt: NOON,
    correlationId: messageId,
    causationId: messageId,
    source: 'webhook' as const,
  };
  const recorded = events.map((event) => ({ id: uuidIdentifiers.newId(), event, metadata }));
  await store.append(messageStream(messageId), recorded, 'no-stream');
}
