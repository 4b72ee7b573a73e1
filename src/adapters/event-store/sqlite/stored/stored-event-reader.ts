import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { reasonOf, StoreUnavailable } from '../../../../application/errors.js';
import { pause } from '../../../../application/pause.js';
import type { StoredEvent } from '../../../../application/ports/stored-events.js';
import { REST_MS, type Page, type PageRange } from '../../pages.js';
import type { StoredLedger } from '../../paged-stored-events.js';
import type { CommitBell } from '../commit-bell.js';
import { existingLedger } from '../ledger-file.js';
import { checkLedger } from '../ledger-schema.js';
import { remedyOf } from '../sqlite-damage.js';
import { DATA_BYTES, METADATA_BYTES, StoredRow, type ReadBytes, type Row } from './stored-row.js';

/** A commit of another process, which rings no bell here, is noticed within this time. */
const LOOK_AGAIN_MS = 50;

/** A page ends early at this many bytes of data and metadata: a millisecond or two of hashing. */
const PAGE_BYTES_MAX = 1024 * 1024;

/** Positions count from 1, but a row that somebody put before them is read by its stream, so it is handed out too. */
const BEFORE_ALL = -Infinity;

const columns = `position, revision, id, type, version,
  iif(typeof(data) = 'text', data, NULL), iif(typeof(metadata) = 'text', metadata, NULL),
  octet_length(data), octet_length(metadata)`;

/** Reads the rows of a ledger's file as they are, on a connection of its own. */
export class StoredEventReader implements StoredLedger {
  readonly restMs = REST_MS;
  readonly #file: string;
  readonly #database: DatabaseSync;
  readonly #head: StatementSync;
  readonly #page: StatementSync;
  readonly #stream: StatementSync;
  readonly #bytes: StatementSync;
  readonly #bell: CommitBell | undefined;
  #closed = false;

  /**
   * @param bell of the writer, where that is a thread of this process
   * @throws StoreUnavailable with the file's name when there is no ledger in the directory, or it cannot be read
   */
  constructor(directory: string, bell?: CommitBell) {
    this.#bell = bell;
    this.#file = existingLedger(directory);
    this.#database = new DatabaseSync(this.#file, { readOnly: true });
    try {
      this.#read(() => checkLedger(this.#file, this.#database));
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.#head = this.#database.prepare('SELECT max(position) AS head FROM events');
    this.#page = this.#prepare(`
      SELECT ${columns}, name
      FROM events LEFT JOIN streams ON streams.number = events.stream
      WHERE position > ? AND position <= ? ORDER BY position`);
    this.#stream = this.#prepare(`
      SELECT ${columns}, name FROM streams CROSS JOIN events ON events.stream = streams.number
      WHERE name = ? ORDER BY revision`);
    this.#bytes = this.#prepare(
      'SELECT CAST(data AS BLOB), CAST(metadata AS BLOB) FROM events WHERE position = ?',
    );
  }

  get closed(): boolean {
    return this.#closed;
  }

  head(): number {
    return this.#read(() => Number(this.#head.get()?.['head'] ?? 0));
  }

  page({ after, upTo, eventsMax }: PageRange): Page<StoredEvent> {
    return this.#read(() => {
      const events: StoredEvent[] = [];
      let bytes = 0;
      const rows = this.#page.iterate(after === 0 ? BEFORE_ALL : after, upTo);
      for (const row of rows as unknown as Iterable<Row>) {
        events.push(new StoredRow(row, this.#bytesOf));
        bytes += (row[DATA_BYTES] ?? 0) + (row[METADATA_BYTES] ?? 0);
        if (events.length === eventsMax || bytes > PAGE_BYTES_MAX) {
          return { events, position: row[0] };
        }
      }
      return { events, position: upTo };
    });
  }

  stream(name: string): readonly StoredEvent[] {
    return this.#read(() =>
      (this.#stream.all(name) as unknown as readonly Row[]).map(
        (row) => new StoredRow(row, this.#bytesOf),
      ),
    );
  }

  async nextChange(after: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#closed) {
      const rings = this.#bell?.rings ?? 0;
      if (this.head() > after) return;
      await (this.#bell?.next(rings, signal) ?? pause(LOOK_AGAIN_MS, signal));
    }
  }

  close(): void {
    this.#closed = true;
    if (this.#database.isOpen) this.#database.close();
  }

  readonly #bytesOf: ReadBytes = (position) =>
    this.#bytes.get(position) as unknown as readonly [Uint8Array, Uint8Array];

  #prepare(sql: string): StatementSync {
    const statement = this.#database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  }

  #read<Value>(read: () => Value): Value {
    if (this.#closed) throw new StoreUnavailable('it was closed');
    try {
      return read();
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_SQLITE_ERROR') throw error;
      const reason = `${reasonOf(error)}${remedyOf(error, this.#file)}`;
      throw new StoreUnavailable(`${this.#file} cannot be read: ${reason}`, { cause: error });
    }
  }
}
