import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { StoreUnavailable } from '../../../application/errors.js';
import type { RecordedEvent } from '../../../application/ports/event-store.js';
import { recordedEvent } from '../recorded-event.js';
import { PAGE_EVENTS_SCANNED_MAX, type Page, type PageRange } from '../pages.js';
import { AFTER_ALL_NAMES, eventColumns, type EventCells } from './ledger-schema.js';

const DATA = 5;
const METADATA = 6;
const STREAM = 7;

/**
 * A page ends early at this many characters of JSON, however few events they are: parsing them takes a few
 * milliseconds on the thread that also answers requests, and each reader of an export holds a page.
 */
const PAGE_CHARACTERS_MAX = 128 * 1024;

/** Each commit empties the cache, so a larger one would hold no more. */
const CACHE_KIB = 8_192;

type Row = readonly [
  ...cells: EventCells,
  metadata: string,
  /** Left out where only one stream is read. */
  stream: string,
];

const columns = `${eventColumns}, metadata`;

/**
 * Reads on the calling thread: a small stream costs less than a message to another thread.
 *
 * All reads of one turn of the event loop share a snapshot, because SQLite drops its page cache whenever a new
 * snapshot finds a commit. No snapshot outlives its turn, so none can keep the write-ahead log from starting over.
 */
export class InProcessReader {
  readonly #file: string;
  #database!: DatabaseSync;
  #begin!: StatementSync;
  #end!: StatementSync;
  #stream!: StatementSync;
  #isBroken = false;
  /** Prepared statements by their number of prefixes. */
  readonly #pages = new Map<number, StatementSync>();

  constructor(file: string) {
    this.#file = file;
    this.#open();
  }

  #open(): void {
    this.#database = new DatabaseSync(this.#file, { readOnly: true });
    this.#database.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    this.#begin = this.#prepare('BEGIN');
    this.#end = this.#prepare('COMMIT');
    this.#stream = this.#prepare(`
      SELECT ${columns} FROM streams CROSS JOIN events ON events.stream = streams.number
      WHERE name = ? ORDER BY revision`);
  }

  /** @throws StoreUnavailable */
  stream(name: string): readonly RecordedEvent[] {
    return this.#read(() => {
      const events: RecordedEvent[] = [];
      const rows = this.#stream.all(name) as unknown as readonly Row[];
      for (const row of rows) events.push(decode(row, name));
      return events;
    });
  }

  /** @throws StoreUnavailable */
  page({ after, upTo, prefixes, eventsMax }: PageRange): Page {
    return this.#read(() => {
      const end = Math.min(upTo, after + PAGE_EVENTS_SCANNED_MAX);
      const ranges = prefixes.flatMap((prefix) => [prefix, prefix + AFTER_ALL_NAMES]);
      const rows = this.#page(prefixes.length).iterate(after, end, ...ranges);
      const events: RecordedEvent[] = [];
      let characters = 0;
      for (const row of rows as unknown as Iterable<Row>) {
        events.push(decode(row, row[STREAM]));
        characters += row[DATA].length + row[METADATA].length;
        if (events.length === eventsMax || characters > PAGE_CHARACTERS_MAX) {
          return { events, position: row[0] };
        }
      }
      return { events, position: end };
    });
  }

  /**
   * Makes later reads see everything that is committed now. Call it before anybody is told of a commit. It never
   * throws: when a snapshot cannot be ended, its connection is dropped, and the next read opens another one.
   */
  readonly refresh = (): void => {
    if (!this.#database.isOpen || !this.#database.isTransaction) return;
    try {
      this.#end.run();
    } catch {
      this.#isBroken = true;
    }
  };

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #reopen(): void {
    if (this.#database.isOpen) this.#database.close();
    this.#pages.clear();
    this.#open();
    this.#isBroken = false;
  }

  #page(prefixes: number): StatementSync {
    let statement = this.#pages.get(prefixes);
    if (statement === undefined) {
      const isWanted = Array.from({ length: prefixes }, () => '(name >= ? AND name < ?)').join(
        ' OR ',
      );
      // SQLite keeps the order of a cross join, so the events are read in the order of their positions.
      statement = this.#prepare(`
        SELECT ${columns}, name FROM events CROSS JOIN streams ON streams.number = events.stream
        WHERE position > ? AND position <= ? AND (${isWanted})
        ORDER BY position`);
      this.#pages.set(prefixes, statement);
    }
    return statement;
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  }

  #read<Value>(read: () => Value): Value {
    try {
      if (this.#isBroken) this.#reopen();
      if (!this.#database.isTransaction) {
        this.#begin.run();
        setImmediate(this.refresh);
      }
      return read();
    } catch (error) {
      throw asUnavailable(error);
    }
  }
}

/** Returns StoreUnavailable for an error of SQLite, any other error as it is. */
export const asUnavailable = (error: unknown): unknown =>
  (error as { code?: string }).code === 'ERR_SQLITE_ERROR'
    ? new StoreUnavailable((error as Error).message, { cause: error })
    : error;

const decode = (row: Row, stream: string): RecordedEvent =>
  recordedEvent(
    { id: row[2], type: row[3], version: row[4], data: row[DATA], metadata: row[METADATA] },
    { stream, revision: BigInt(row[1]), position: String(row[0]) },
  );
