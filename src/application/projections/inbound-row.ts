import type { Inbound } from '../../domain/inbound-events.js';
import type { RecordedEvent } from '../ports/event-store.js';

/** A message that somebody sent to us. Times are ISO 8601 UTC. */
export interface InboundRow extends Inbound {
  readonly occurredAt: string;
  readonly recordedAt: string;
}

/** The row of an event, or undefined when the event is about something else. */
export function inboundRow({ event, metadata }: RecordedEvent): InboundRow | undefined {
  if (event.type !== 'InboundReceived') return undefined;
  return { ...event.data, recordedAt: metadata.recordedAt };
}
