import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { UndecodableEvent } from '../../../application/errors.js';
import type { EventMetadata, RecordedEvent } from '../../../application/ports/event-store.js';
import type { DomainEvent } from '../../../domain/events.js';
import { DamagedEvent, eventCodec, jsonOf, readableMetadata, type Place } from '../event-codec.js';
import { SEAL_FIELD } from '../sealed/seal-event.js';
import { isSealed, SealedEvent, type SealedText } from '../sealed/sealed-event.js';
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

const TYPE = 3;
const DATA = 5;

/** A sealed event's texts and place. The metadata is read on first use. */
class SealedRow implements SealedText, Place {
  constructor(
    private readonly row: FollowedRow,
    private readonly metadataOf: MetadataReader,
  ) {}

  get id(): string {
    return this.row[2];
  }

  get type(): string {
    return this.row[TYPE];
  }

  get version(): number {
    return this.row[4];
  }

  get data(): string {
    return this.row[DATA];
  }

  get metadata(): string {
    return this.metadataOf(this.row[0]);
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
}

/** Never throws: an event that cannot be decoded becomes a `DamagedEvent`. */
export function followedEvent(row: FollowedRow, metadataOf: MetadataReader): RecordedEvent {
  try {
    // Cheaper than to ask each parsed event; the text of a message may hold the same word.
    if (row[DATA].includes(SEAL_FIELD)) {
      const data = jsonOf(row[TYPE], row[DATA]);
      const stored = new SealedRow(row, metadataOf);
      if (isSealed(data)) return new SealedEvent(stored, data, stored);
    }
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
