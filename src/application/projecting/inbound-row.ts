import type { Inbound } from '../../domain/inbound-events.js';
import type { RecordedEvent } from '../ports/event-store.js';

/** A message that somebody sent to us. Times are ISO 8601 UTC. */
export interface InboundRow extends Omit<Inbound, 'claimedAt'> {
  /** Vonage's own timestamp where it cannot be true; then `occurredAt` is the time of receipt. */
  readonly claimedAt: string | null;
  readonly occurredAt: string;
  readonly recordedAt: string;
}

/** The row of an event, or undefined when the event is about something else. */
export function inboundRow({ event, metadata }: RecordedEvent): InboundRow | undefined {
  if (event.type !== 'InboundReceived') return undefined;
  return {
    ...event.data,
    claimedAt: event.data.claimedAt ?? null,
    recordedAt: metadata.recordedAt,
  };
}
