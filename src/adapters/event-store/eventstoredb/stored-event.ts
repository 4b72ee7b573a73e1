import type { AllStreamResolvedEvent, ResolvedEvent } from '@eventstore/db-client';
import { StoreUnavailable } from '../../../application/errors.js';
import type { RecordedEvent } from '../../../application/ports/event-store.js';
import { recordedEvent, type EncodedEvent } from '../event-codec.js';
import type { ProposedEvent } from './append-messages.js';
import { positionOf, type Place } from './positions.js';

/**
 * EventStoreDB has no place for the version of an event's shape, so it is the first field of the
 * metadata, and is taken off again.
 */
const VERSION = 'schemaVersion';

export const proposedEvent = ({
  id,
  type,
  version,
  data,
  metadata,
}: EncodedEvent): ProposedEvent => ({
  id,
  type,
  data,
  metadata: `{"${VERSION}":${version}${metadata === '{}' ? '' : ','}${metadata.slice(1)}`,
});

export type StoredRecord = NonNullable<(ResolvedEvent | AllStreamResolvedEvent)['event']>;

/** Where a record stands in the log. Servers before 22.6 do not say in a read of one stream. */
export function placeOfEvent({ event }: ResolvedEvent | AllStreamResolvedEvent): Place {
  if (event?.position === undefined) {
    throw new StoreUnavailable('the server is older than EventStoreDB 22.6');
  }
  return event.position;
}

/**
 * The client has parsed the JSON already, and the codec wants the text that it once wrote. Both came
 * from `JSON.stringify`, so writing it again gives the same text.
 * @throws UndecodableEvent
 */
export function readRecord(record: StoredRecord, place: Place): RecordedEvent {
  const { [VERSION]: version, ...metadata } = fieldsOf(record.metadata);
  return recordedEvent(
    {
      id: record.id,
      type: record.type,
      version: Number(version),
      data: record.isJson ? JSON.stringify(record.data) : '',
      metadata: JSON.stringify(metadata),
    },
    { stream: record.streamId, revision: record.revision, position: positionOf(place) },
  );
}

const fieldsOf = (metadata: unknown): Readonly<Record<string, unknown>> =>
  typeof metadata === 'object' && metadata !== null ? { ...metadata } : {};
