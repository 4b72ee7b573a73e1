import type { RecordedEvent } from '../ports/event-store.js';

/** A signed webhook that was not understood. Its bytes stay in the ledger, under this event id. */
export interface QuarantineRow {
  readonly eventId: string;
  readonly webhook: 'status' | 'inbound';
  readonly reason: string;
  /** ISO 8601 UTC. */
  readonly receivedAt: string;
  readonly sha256: string | null;
  readonly stream: string;
  /** Decimal. */
  readonly revision: string;
}

/** The row of an event, or undefined when the event is about something else. */
export function quarantineRow(recorded: RecordedEvent): QuarantineRow | undefined {
  const { id, event, metadata, stream, revision } = recorded;
  if (event.type !== 'WebhookQuarantined') return undefined;
  return {
    eventId: id,
    webhook: event.data.webhook,
    reason: event.data.reason,
    receivedAt: event.data.occurredAt,
    sha256: metadata.webhook?.sha256 ?? null,
    stream,
    revision: String(revision),
  };
}
