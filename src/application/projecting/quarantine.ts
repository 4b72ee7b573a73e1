import type { QuarantineChanges, QuarantineRow } from '../ports/projection-store.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { ProjectionStores } from '../ports/projection-store.js';
import type { Projection } from './projection.js';
import { simpleProjection, type Gathering } from './simple-projection.js';

/** The row of an event, or undefined when the event is about something else. */
function quarantineRow(recorded: RecordedEvent): QuarantineRow | undefined {
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

/** A webhook leaves the list when a replay has recorded it; its event stays. */
function gatherQuarantine(): Gathering<QuarantineChanges> {
  const put = new Map<string, QuarantineRow>();
  const left = new Set<string>();
  return {
    add(recorded) {
      if (recorded.event.type === 'WebhookReplayed') {
        const { eventId } = recorded.event.data;
        put.delete(eventId);
        left.add(eventId);
        return;
      }
      const row = quarantineRow(recorded);
      if (row !== undefined) put.set(row.eventId, row);
    },
    changes: () => ({ put: [...put.values()], left: [...left] }),
  };
}

const QUARANTINE_STREAMS = 'quarantine-';

/** The signed webhooks that were not understood, and still are not. */
export const quarantineProjection = (stores: ProjectionStores): Projection =>
  simpleProjection('quarantine', QUARANTINE_STREAMS, stores.quarantine, gatherQuarantine);
