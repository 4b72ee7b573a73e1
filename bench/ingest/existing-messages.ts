import { monotonicClock } from '../../src/adapters/system/monotonic-clock.js';
import {
  openLedger,
  type EventStoreConfig,
} from '../../src/adapters/event-store/event-store.module.js';
import { uuidIdentifiers } from '../../src/adapters/system/uuid-identifiers.js';
import { appendWithRetry } from '../../src/application/append-with-retry.js';
import type { NewEvent } from '../../src/application/ports/event-store.js';
import { messageStream } from '../../src/application/streams.js';
import { clientRefOf } from '../../src/domain/message/client-ref.js';
import type { MessageEvent } from '../../src/domain/message/message-events.js';

export interface ExistingMessage {
  readonly id: string;
  readonly messageUuid: string;
}

const APPENDS_AT_ONCE = 100;

/** Writes messages that Vonage has accepted straight into a ledger, in the form that the service writes. */
export async function writeMessages(
  ledger: EventStoreConfig,
  count: number,
): Promise<readonly ExistingMessage[]> {
  const { store } = await openLedger(ledger);
  const messages = Array.from({ length: count }, () => ({
    id: uuidIdentifiers.newMessageId(),
    messageUuid: uuidIdentifiers.newId(),
  }));
  for (let from = 0; from < count; from += APPENDS_AT_ONCE) {
    const some = messages.slice(from, from + APPENDS_AT_ONCE);
    await Promise.all(
      some.map((message) =>
        appendWithRetry(store, messageStream(message.id), eventsOf(message), 'no-stream', {
          monotonic: monotonicClock,
        }),
      ),
    );
  }
  await store.close();
  return messages;
}

const eventsOf = (message: ExistingMessage): readonly NewEvent[] => acceptedMessage(message).events;

/** The events of a message that Vonage has accepted just now, and those that follow. */
export function acceptedMessage(
  { id, messageUuid }: ExistingMessage,
  further: readonly MessageEvent[] = [],
): { readonly at: string; readonly events: readonly NewEvent[] } {
  const occurredAt = new Date().toISOString();
  const address = { channel: 'sms', to: '447700900123', from: '447700900001' };
  const events: readonly MessageEvent[] = [
    {
      type: 'MessageRequested',
      data: {
        ...address,
        text: 'Your code is 123456',
        reference: null,
        sendAt: null,
        expiresAt: null,
        ttlSeconds: null,
        confirmWithinSeconds: 1800,
        encoding: 'auto',
        segments: { encoding: 'GSM-7', count: 1 },
        country: 'GB',
        fallback: [],
        onUnknown: 'wait',
        resendOf: null,
        overrideOptOut: null,
        priority: 'normal',
        inReplyTo: null,
        occurredAt,
      },
    },
    {
      type: 'AttemptStarted',
      data: {
        ...address,
        attempt: 1,
        clientRef: clientRefOf(id, 1),
        confirmBy: new Date(Date.parse(occurredAt) + 1_800_000).toISOString(),
        occurredAt,
      },
    },
    { type: 'AttemptAccepted', data: { attempt: 1, messageUuid, occurredAt } },
    ...further,
  ];
  const recorded = events.map((event): NewEvent => ({
    id: uuidIdentifiers.newId(),
    event,
    metadata: { recordedAt: occurredAt, correlationId: id, causationId: id, source: 'dispatcher' },
  }));
  return { at: occurredAt, events: recorded };
}
