import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { UndecodableEvent } from '../../../application/errors.js';
import type { EventMetadata, RecordedEvent } from '../../../application/ports/event-store.js';
import type { DomainEvent } from '../../../domain/events.js';
import { DamagedEvent, eventCodec, readableMetadata } from '../event-codec.js';
import { eventColumns, type EventCells } from './ledger-schema.js';

/** A row of the events table without the metadata, with the stream's name in place of its number. */
export type FollowedRow = readonly [...EventCells, stream: string];

/** In the order of `FollowedRow`. */
export const followedColumns = `${eventColumns}, name`;

/** An event that reads its metadata on first use. Metadata is half of all bytes, and projections hardly use any. */
export class FollowedEvent implements RecordedEvent {
  readonly event: DomainEvent;

  /** @throws UndecodableEvent */
  constructor(
    private readonly row: FollowedRow,
    private readonly metadataOf: MetadataReader,
  ) {
    const [position, , , type, version, data] = row;
    this.event = eventCodec.decodeEvent({
      type,
      version,
      data,
      metadata: () => metadataOf(position),
    });
  }

  get id(): string {
    return this.row[2];
  }

  get stream(): string {
    return this.row[6];
  }

  get revision(): bigint {
    return BigInt(this.row[1]);
  }

  get position(): string {
    return String(this.row[0]);
  }

  get version(): number {
    return this.row[4];
  }

  get metadata(): EventMetadata {
    const text = this.metadataOf(this.row[0]);
    try {
      const { metadata } = this.decoded(text);
      if (typeof metadata.recordedAt === 'string') return metadata;
    } catch (error) {
      if (!(error instanceof UndecodableEvent)) throw error;
    }
    return readableMetadata(text);
  }

  private decoded(metadata: string): Pick<RecordedEvent, 'event' | 'metadata'> {
    const [, , , type, version, data] = this.row;
    return eventCodec.decode({ type, version, data, metadata });
  }
}

/** Never throws: an event that cannot be decoded becomes a `DamagedEvent`. */
export function followedEvent(row: FollowedRow, metadataOf: MetadataReader): RecordedEvent {
  try {
    return new FollowedEvent(row, metadataOf);
  } catch (error) {
    if (!(error instanceof UndecodableEvent)) throw error;
    const [position, revision, id, type, version, data, stream] = row;
    const stored = { id, type, version, data, metadata: metadataOf(position) };
    const place = { stream, revision: BigInt(revision), position: String(position) };
    return new DamagedEvent(stored, place, error);
  }
}

/** Returns the metadata, as JSON, of the event at a position. */
export type MetadataReader = (position: number) => string;

export function metadataReader(database: DatabaseSync): MetadataReader {
  const statement: StatementSync = database.prepare(
    'SELECT metadata FROM events WHERE position = ?',
  );
  return (position) => String(statement.get(position)?.['metadata'] ?? '{}');
}
