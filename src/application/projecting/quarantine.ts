import type { QuarantineRow } from '../ports/projection-store.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { ProjectionStores } from '../ports/projection-store.js';
import type { Projection } from './projection.js';
import { gatherRows, simpleProjection } from './simple-projection.js';

/** The row of an event, or undefined when the event is about something else. */
export function quarantineRow(recorded: RecordedEvent): QuarantineRow | undefined {
  const { id, event, metadata, stream, revision } = recorded;
  if (event.type !== 'WebhookQuarantined') return undefined;
  return {
    eventId: id,
    webhook: event.data.webhook,
    reason: event.data.reason,
    receivedAt: event.data.occurredAt,
    sha256: metadata.webhook?.digest ?? metadata.webhook?.sha256 ?? null,
    stream,
    revision: String(revision),
  };
}

const QUARANTINE_STREAMS = 'quarantine-';

/** The signed webhooks that were not understood. */
export const quarantineProjection = (stores: ProjectionStores): Projection =>
  simpleProjection('quarantine', QUARANTINE_STREAMS, stores.quarantine, () =>
    gatherRows(quarantineRow),
  );
