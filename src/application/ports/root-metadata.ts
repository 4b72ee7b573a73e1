import type { DomainEvent } from '../../domain/events.js';
import type { EventMetadata, EventSource, NewEvent } from './event-store.js';

/**
 * Returns the metadata of an event that no recorded event, request or webhook led to.
 * @param id connects everything that will follow from it
 * @param recordedAt ISO 8601 UTC, by our own clock
 * @param actor name of the API key, where there is one
 */
export const rootMetadata = (
  id: string,
  recordedAt: string,
  source: EventSource,
  actor?: string | null,
): EventMetadata => ({
  recordedAt,
  correlationId: id,
  causationId: id,
  source,
  ...(actor == null ? {} : { actor }),
});

/** Returns such an event, recorded at the time at which it occurred. */
export const rootEvent = (
  id: string,
  event: DomainEvent,
  source: EventSource,
  actor?: string | null,
): NewEvent => ({
  id,
  event,
  metadata: rootMetadata(id, event.data.occurredAt, source, actor),
});
