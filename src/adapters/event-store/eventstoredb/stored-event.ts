import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { RecordedEvent } from '../../../application/ports/event-store.js';
import type { StoredEvent } from '../../../application/ports/stored-events.js';
import type { EncodedEvent } from '../event-codec.js';
import { recordedEvent } from '../recorded-event.js';
import type { ProposedEvent } from './calls/append-messages.js';
import { positionOf, type Place } from './positions.js';

/**
 * EventStoreDB has no field for the version of an event's shape, so it is written as the first field of the metadata,
 * and removed on reading.
 */
const VERSION_FIELD = /^\{"schemaVersion":(?<version>\d{1,9})(?:,|(?=\}))/;

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
  metadata: `{"schemaVersion":${version}${metadata === '{}' ? '' : ','}${metadata.slice(1)}`,
});

export type StoredRecord = ReadResp.ReadEvent.RecordedEvent;

/** Returns the record of an answer that carries one. */
export const recordOf = (answer: ReadResp): StoredRecord | undefined =>
  answer.getEvent()?.getEvent();

/** Returns the place of a record in the log. */
export const placeOfRecord = (record: StoredRecord): Place => ({
  commit: BigInt(record.getCommitPosition()),
  prepare: BigInt(record.getPreparePosition()),
});

/** Returns the server's own time at which it wrote the record, which a backup keeps and a copy to another server does not. */
export const writtenAt = (record: StoredRecord): string =>
  record.getMetadataMap().get('created') ?? '';

export const streamOf = (record: StoredRecord): string =>
  textOf(record.getStreamIdentifier()?.getStreamName_asU8());

/** Returns the event with its texts as they were written. @throws UndecodableEvent */
export function readRecord(record: StoredRecord, place: Place): RecordedEvent {
  const metadata = textOf(record.getCustomMetadata_asU8());
  const field = VERSION_FIELD.exec(metadata);
  return recordedEvent(
    {
      id: record.getId()?.getString() ?? '',
      type: record.getMetadataMap().get('type') ?? '',
      version: Number(field?.groups?.['version']),
      data: textOf(record.getData_asU8()),
      metadata: field === null ? metadata : `{${metadata.slice(field[0].length)}`,
    },
    {
      stream: streamOf(record),
      revision: BigInt(record.getStreamRevision()),
      position: positionOf(place),
    },
  );
}

/** Longer than any field of the version. */
const VERSION_FIELD_BYTES_MAX = 64;
const OPENING = Buffer.from('{');

/** Stands for a version that cannot be read: no build writes it. */
const NO_VERSION = 0;

/** Returns the event as another store would hold it: without the field that only this one needs. */
export function storedRecord(record: StoredRecord, place: Place): StoredEvent {
  const written = bytesOf(record.getCustomMetadata_asU8());
  // In this encoding each byte is one character, so that lengths agree.
  const field = VERSION_FIELD.exec(written.subarray(0, VERSION_FIELD_BYTES_MAX).toString('latin1'));
  return {
    stream: streamOf(record),
    revision: BigInt(record.getStreamRevision()),
    position: positionOf(place),
    id: record.getId()?.getString() ?? '',
    type: record.getMetadataMap().get('type') ?? '',
    version: field === null ? NO_VERSION : Number(field.groups?.['version']),
    data: bytesOf(record.getData_asU8()),
    metadata:
      field === null ? written : Buffer.concat([OPENING, written.subarray(field[0].length)]),
  };
}

/** Decodes without copying the bytes first. */
const textOf = (bytes: Uint8Array | undefined): string => bytesOf(bytes).toString('utf8');

const bytesOf = (bytes: Uint8Array | undefined): Buffer =>
  bytes === undefined
    ? Buffer.alloc(0)
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
