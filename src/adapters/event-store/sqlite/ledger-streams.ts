import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { EventMetadata, RecordedEvent } from '../../../application/ports/event-store.js';
import type { ProjectionProgress } from '../../../application/ports/projection-store.js';
import type {
  StreamPage,
  StreamRange,
  WholeStreams,
} from '../../../application/ports/whole-streams.js';
import type { DomainEvent } from '../../../domain/events.js';
import { contentOf, eventCodec } from '../event-codec.js';
import type { StoredContent } from '../event-types.js';
import {
  FollowedEvent,
  followedColumns,
  metadataReader,
  type MetadataReader,
  type FollowedRow,
} from './followed-event.js';
import { existingLedger } from './ledger-file.js';
import { AFTER_ALL_NAMES } from './ledger-schema.js';

/** The events of a stream stand apart, but seldom far: what lies between them is still there when they are read. */
const CACHE_KIB = 65_536;

type StreamRow = readonly [
  number: number,
  name: string,
  /** JSON texts of `StoredEvent`, with commas between them. */
  events: string,
];

type StoredEvent = readonly [
  revision: number,
  type: string,
  version: number,
  data: StoredContent['data'],
];

/**
 * A ledger that somebody else writes, read stream by stream. Streams are numbered as they begin, so this goes
 * through the ledger about as it was written. All that is read of a stream is one text, because a row for each
 * event, and a text for each of its columns, would take longer than everything that is then done with them.
 */
export class LedgerStreams implements WholeStreams {
  private readonly database: DatabaseSync;
  private readonly head: StatementSync;
  private readonly streamAfterEvents: StatementSync;
  private readonly page: StatementSync;
  private readonly someOfStream: StatementSync;
  private readonly metadataOf: MetadataReader;

  /** @throws StoreUnavailable when there is no ledger in the directory */
  constructor(directory: string) {
    this.database = new DatabaseSync(existingLedger(directory), { readOnly: true });
    this.database.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    this.head = this.database.prepare('SELECT max(position) AS head FROM events');
    // The index of (stream, revision) knows this by itself.
    this.streamAfterEvents = this.database.prepare(
      'SELECT stream FROM events WHERE stream > ? ORDER BY stream LIMIT 1 OFFSET ?',
    );
    this.page = this.database.prepare(`
      SELECT number, name,
        group_concat(concat('[', revision, ',"', type, '",', version, ',', data, ']'))
      FROM streams CROSS JOIN events ON events.stream = streams.number
      WHERE number > ? AND number <= ? AND name >= ? AND name < ? AND position <= ?
      GROUP BY number ORDER BY number`);
    this.page.setReturnArrays(true);
    this.someOfStream = this.database.prepare(`
      SELECT ${followedColumns} FROM streams CROSS JOIN events ON events.stream = streams.number
      WHERE number = ? AND revision >= ? AND revision <= ? ORDER BY revision`);
    this.someOfStream.setReturnArrays(true);
    this.metadataOf = metadataReader(this.database);
  }

  end(): ProjectionProgress | undefined {
    const head = Number(this.head.get()?.['head'] ?? 0);
    if (head === 0) return undefined;
    const { recordedAt } = JSON.parse(this.metadataOf(head)) as EventMetadata;
    return { position: String(head), asOf: recordedAt };
  }

  streams({ after, upTo, prefix, eventsMin }: StreamRange): StreamPage {
    const next = this.streamAfterEvents.get(after, eventsMin - 1)?.['stream'];
    const last = next === undefined ? Number.MAX_SAFE_INTEGER : Number(next);
    const names = [prefix, prefix + AFTER_ALL_NAMES] as const;
    const rows = this.page.all(after, last, ...names, Number(upTo.position));
    const events = (rows as unknown as readonly StreamRow[]).flatMap((row) => this.eventsOf(row));
    return { events, last, isLast: next === undefined };
  }

  close(): void {
    if (this.database.isOpen) this.database.close();
  }

  private eventsOf([number, name, texts]: StreamRow): readonly RecordedEvent[] {
    try {
      const stored = JSON.parse(`[${texts}]`) as StoredEvent[];
      // SQLite reads the index in this order, but promises none for what it puts together.
      if (!isSorted(stored)) stored.sort(([left], [right]) => left - right);
      const restOf = (revision: number): RecordedEvent => this.rest(number, revision);
      return stored.map((one) => new StreamedEvent(name, one, restOf));
    } catch (error) {
      // One event after the other tells which cannot be decoded, and why.
      this.followed(number, 0, Number.MAX_SAFE_INTEGER);
      throw error;
    }
  }

  private rest(number: number, revision: number): RecordedEvent {
    const [event] = this.followed(number, revision, revision);
    if (event === undefined) throw new RangeError(`stream ${number} has no revision ${revision}`);
    return event;
  }

  private followed(number: number, first: number, last: number): readonly FollowedEvent[] {
    const rows = this.someOfStream.all(number, first, last) as unknown as readonly FollowedRow[];
    return rows.map((row) => new FollowedEvent(row, this.metadataOf));
  }
}

const isSorted = (events: readonly StoredEvent[]): boolean =>
  events.every(([revision], index) => index === 0 || (events[index - 1]?.[0] ?? 0) < revision);

/** An event of which the rest is read when it is asked for: by whoever cannot handle it. */
class StreamedEvent implements RecordedEvent {
  readonly event: DomainEvent;
  readonly version: number;
  private readonly number: number;
  private rest: RecordedEvent | undefined;

  /** @throws UndecodableEvent */
  constructor(
    readonly stream: string,
    [revision, type, version, data]: StoredEvent,
    private readonly restOf: (revision: number) => RecordedEvent,
  ) {
    this.number = revision;
    this.version = version;
    const content = contentOf(data, () => ({ ...this.metadata }));
    this.event = eventCodec.decodeParsed({ type, version }, content).event;
  }

  get revision(): bigint {
    return BigInt(this.number);
  }

  get id(): string {
    return this.read().id;
  }

  get position(): string {
    return this.read().position;
  }

  get metadata(): EventMetadata {
    return this.read().metadata;
  }

  private read(): RecordedEvent {
    this.rest ??= this.restOf(this.number);
    return this.rest;
  }
}
