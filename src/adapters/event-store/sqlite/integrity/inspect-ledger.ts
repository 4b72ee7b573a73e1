import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { UndecodableEvent, UnknownEventVersion, reasonOf } from '../../../../application/errors.js';
import type { LedgerFinding } from '../../../../application/ports/ledger-check.js';
import { eventCodec } from '../../event-codec.js';
import { isUnreadable } from '../sqlite-damage.js';

/** A step ends after this many events or characters: about a millisecond of work. */
const STEP_EVENTS_MAX = 200;
const STEP_CHARACTERS_MAX = 256 * 1024;

const BY_STREAM = 'sqlite_autoindex_events_1';
const BY_NAME = 'sqlite_autoindex_streams_1';

/** Tables of one row or a few. */
const SMALL_TABLES = ['identity', 'write_checks', 'sqlite_sequence'];

type KeyRow = readonly [stream: number, revision: number];

type EventRow = readonly [
  ...KeyRow,
  type: string,
  version: number,
  /** Texts; in a damaged row they may be anything. */
  data: unknown,
  metadata: unknown,
];

type Found = (finding: LedgerFinding) => void;

/**
 * Reads everything in a ledger in small steps, between which no transaction stays open; each yield ends one.
 *
 * SQLite's own `integrity_check` is one statement: over 10 GB it would hold back checkpoints for minutes, and could
 * not be slowed down. It also reads no JSON. So events are read here as the service reads them: along the index of
 * (stream, revision) to their rows, with revisions that count from 0 without a gap, each decoded, and each stream
 * found by its name. A second walk along the rows finds events that the index lacks.
 */
export function* inspectLedger(file: string, found: Found): Generator<void, void, undefined> {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true });
    const head = Number(
      database.prepare('SELECT max(position) AS head FROM events').get()?.['head'] ?? 0,
    );
    yield* new StreamWalk(database, head, found).steps();
    yield* rowsWithoutIndex(database, head, found);
    for (const table of SMALL_TABLES) database.prepare(`SELECT * FROM ${table}`).all();
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    found({ kind: 'structure', place: 'the file', fault: error.message });
  } finally {
    if (database?.isOpen === true) database.close();
  }
}

/** Walks all events in the order of their streams. */
class StreamWalk {
  private readonly events: StatementSync;
  private readonly nextKey: StatementSync;
  private readonly nameOf: StatementSync;
  /** The last event that was read. */
  private stream = 0;
  private revision = -1;
  /** Number of streams to skip at once where the index itself cannot be read. */
  private skip = 1;
  private lastStream: number;

  constructor(
    database: DatabaseSync,
    private readonly head: number,
    private readonly found: Found,
  ) {
    this.events = prepare(
      database,
      `SELECT stream, revision, type, version, data, metadata FROM events INDEXED BY ${BY_STREAM}
       WHERE (stream, revision) > (?, ?) AND position <= ? ORDER BY stream, revision LIMIT ${STEP_EVENTS_MAX}`,
    );
    this.nextKey = prepare(
      database,
      `SELECT stream, revision FROM events INDEXED BY ${BY_STREAM}
       WHERE (stream, revision) > (?, ?) AND position <= ? ORDER BY stream, revision LIMIT 1`,
    );
    this.nameOf = prepare(
      database,
      `SELECT name, (SELECT number FROM streams AS named INDEXED BY ${BY_NAME} WHERE named.name = streams.name)
       FROM streams WHERE number = ?`,
    );
    this.lastStream = Number(
      database.prepare('SELECT max(number) AS last FROM streams').get()?.['last'] ?? 0,
    );
  }

  *steps(): Generator<void, void, undefined> {
    while (this.stream <= this.lastStream) {
      if (!this.step()) return;
      yield;
    }
  }

  /** @returns true when there may be more */
  private step(): boolean {
    const start = { stream: this.stream, revision: this.revision };
    let events = 0;
    let characters = 0;
    try {
      const rows = this.events.iterate(this.stream, this.revision, this.head);
      for (const row of rows as unknown as Iterable<EventRow>) {
        this.look(row);
        events++;
        characters += lengthOf(row[4]) + lengthOf(row[5]);
        if (characters > STEP_CHARACTERS_MAX) break;
      }
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.passOver(error.message);
      return true;
    }
    if (events === 0) return false;
    // A damaged index that leads back must not cause an endless loop.
    if (this.stream === start.stream && this.revision === start.revision) this.skipStreams();
    else this.skip = 1;
    return true;
  }

  private look([stream, revision, type, version, data, metadata]: EventRow): void {
    this.advanceTo(stream, revision);
    try {
      const decoded = eventCodec.decode({
        type,
        version,
        data: String(data),
        metadata: String(metadata),
      });
      if (typeof decoded.metadata.recordedAt !== 'string') {
        throw new UndecodableEvent(`an event of type ${type} has no time`);
      }
    } catch (error) {
      // A newer build wrote this event and can read it, so it is not damaged.
      if (error instanceof UnknownEventVersion) return;
      this.tell('content', `event ${revision} of ${this.streamName(stream)}`, reasonOf(error));
    }
  }

  private advanceTo(stream: number, revision: number): void {
    if (!(stream > this.stream || (stream === this.stream && revision > this.revision))) {
      this.tell('structure', this.streamName(this.stream), 'the index of events is out of order');
      return;
    }
    const isNext = stream === this.stream;
    if (!isNext) this.checkName(stream);
    const expected = isNext ? this.revision + 1 : 0;
    if (revision !== expected) {
      const place = `${this.streamName(stream)} before event ${revision}`;
      this.tell('structure', place, `event ${expected} is missing`);
    }
    this.stream = stream;
    this.revision = revision;
  }

  private checkName(stream: number): void {
    const row = this.nameOf.get(stream) as unknown as readonly [string, number | null] | undefined;
    if (row === undefined) this.tell('structure', `stream ${stream}`, 'it has events and no name');
    else if (row[1] !== stream) this.tell('structure', row[0], 'it is not found by its name');
  }

  /** Continues after the event, or the part of the index, that cannot be read. */
  private passOver(fault: string): void {
    try {
      const key = this.nextKey.get(this.stream, this.revision, this.head) as unknown as KeyRow;
      if (key === undefined) {
        this.stream = Number.MAX_SAFE_INTEGER;
        return;
      }
      const [stream, revision] = key;
      this.tell('structure', `event ${revision} of ${this.streamName(stream)}`, fault);
      if (stream < this.stream || (stream === this.stream && revision <= this.revision)) {
        this.skipStreams();
        return;
      }
      this.stream = stream;
      this.revision = revision;
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      this.tell('structure', `the index of events behind ${this.streamName(this.stream)}`, fault);
      this.skipStreams();
    }
  }

  private skipStreams(): void {
    this.stream += this.skip;
    this.revision = Number.MAX_SAFE_INTEGER;
    this.skip *= 2;
  }

  private streamName(stream: number): string {
    try {
      const row = this.nameOf.get(stream) as unknown as readonly [string] | undefined;
      if (row !== undefined) return row[0];
    } catch (error) {
      if (!isUnreadable(error)) throw error;
    }
    return `stream ${stream}`;
  }

  private tell(kind: LedgerFinding['kind'], place: string, fault: string): void {
    this.found({ kind, place, fault });
  }
}

/** Walks all rows in the order of their commits. */
function* rowsWithoutIndex(
  database: DatabaseSync,
  head: number,
  found: Found,
): Generator<void, void, undefined> {
  const missing = prepare(
    database,
    `SELECT position, stream FROM events AS stored NOT INDEXED
     WHERE position > ? AND position <= ? AND NOT EXISTS (
       SELECT 1 FROM events AS indexed INDEXED BY ${BY_STREAM}
       WHERE indexed.stream = stored.stream AND indexed.revision = stored.revision
         AND indexed.position = stored.position)`,
  );
  for (let after = 0; after < head; after += STEP_EVENTS_MAX) {
    const end = Math.min(head, after + STEP_EVENTS_MAX);
    try {
      for (const [position] of missing.all(after, end) as unknown as readonly KeyRow[]) {
        const fault = 'the index does not lead to it';
        found({ kind: 'structure', place: `the event at position ${position}`, fault });
      }
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      const place = `events at positions ${after + 1} to ${end}`;
      found({ kind: 'structure', place, fault: error.message });
    }
    yield;
  }
}

function prepare(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0);
