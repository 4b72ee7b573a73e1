import { randomUUID } from 'node:crypto';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import type { EventStore, NewEvent } from '../../../src/application/ports/event-store.js';
import { inboundStream, messageStream } from '../../../src/application/streams.js';
import type { DomainEvent } from '../../../src/domain/events.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { newEvent, sampleEvents } from '../../../testing/events.js';
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

const DAY_MS = 86_400_000;

export const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();

/** What is recorded about a person, and how long ago. */
export interface Aged {
  readonly id: string;
  readonly number: string;
  readonly text: string;
  readonly days: number;
}

/** Records a message that was cancelled. */
export async function recordAgedMessage(store: EventStore, aged: Aged): Promise<void> {
  const { id, number: to, text } = aged;
  const { type, data } = sampleEvents.MessageRequested;
  const request = { type, data: { ...data, to, text, country: 'GB', fallback: [] } };
  const events = [request as DomainEvent, sampleEvents.MessageCancelled];
  const recorded = events.map((event) => agedEvent(event, aged));
  await store.append(messageStream(id), recorded, 'no-stream');
}

export async function recordAgedInbound(store: EventStore, aged: Aged): Promise<void> {
  const { id: messageUuid, number: from, text } = aged;
  const { type, data } = sampleEvents.InboundReceived;
  const said = { type, data: { ...data, messageUuid, from, text } };
  await store.append(inboundStream(messageUuid), [agedEvent(said, aged)], 'no-stream');
}

function agedEvent(event: DomainEvent, { number, days }: Aged): NewEvent {
  const recordedAt = daysAgo(days);
  const at = { ...event, data: { ...event.data, occurredAt: recordedAt } } as DomainEvent;
  const { metadata } = newEvent();
  return {
    id: randomUUID(),
    event: at,
    metadata: { ...metadata, recordedAt },
    person: { number, mayReturn: true },
  };
}
