import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { pause } from '../../../application/pause.js';
import type { RecordedEvent, Revision } from '../../../application/ports/event-store.js';
import {
  PAGE_EVENTS_SCANNED_MAX,
  REST_MS,
  type Page,
  type PagedLedger,
  type PageRange,
} from '../pages.js';
import {
  followedEvent,
  followedColumns,
  metadataReader,
  type FollowedRow,
  type MetadataReader,
} from './followed-event.js';
import type { CommitBell } from './commit-bell.js';
import { asUnavailable } from './in-process-reader.js';
import { existingLedger } from './ledger-file.js';

/** A commit of another process, which rings no bell here, is noticed within this time. */
const LOOK_AGAIN_MS = 10;

const AFTER_ALL_REVISIONS = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Follows a ledger that another thread or program writes. In WAL mode a SQLite reader neither waits for the writer
 * nor makes it wait.
 */
export class FollowingReader implements PagedLedger {
  readonly restMs = REST_MS;
  readonly #database: DatabaseSync;
  readonly #head: StatementSync;
  readonly #page: StatementSync;
  readonly #stream: StatementSync;
  readonly #metadataOf: MetadataReader;
  #closed = false;

  readonly #bell: CommitBell | undefined;

  /**
   * @param bell of the writer, where that is a thread of this process
   * @throws StoreUnavailable when there is no ledger in the directory
   */
  constructor(directory: string, bell?: CommitBell) {
    this.#bell = bell;
    this.#database = new DatabaseSync(existingLedger(directory), { readOnly: true });
    this.#head = this.#database.prepare('SELECT max(position) AS head FROM events');
    this.#metadataOf = metadataReader(this.#database);
    this.#page = this.#database.prepare(`
      SELECT ${followedColumns}
      FROM events CROSS JOIN streams ON streams.number = events.stream
      WHERE position > ? AND position <= ? AND name GLOB ? ORDER BY position`);
    this.#stream = this.#database.prepare(`
      SELECT ${followedColumns} FROM streams CROSS JOIN events ON events.stream = streams.number
      WHERE name = ? AND revision < ? ORDER BY revision`);
    for (const statement of [this.#page, this.#stream]) statement.setReturnArrays(true);
  }

  get closed(): boolean {
    return this.#closed;
  }

  head(): number {
    return Number(this.#head.get()?.['head'] ?? 0);
  }

  page({ after, upTo, prefixes, eventsMax }: PageRange): Page {
    const end = Math.min(upTo, after + Math.min(PAGE_EVENTS_SCANNED_MAX, eventsMax));
    // SQLite leaves the texts of other streams unread.
    const names = prefixes.length === 1 ? `${prefixes[0]}*` : '*';
    const rows = this.#page.all(after, end, names) as unknown as readonly FollowedRow[];
    const events: RecordedEvent[] = [];
    for (const row of rows) {
      const isWanted =
        prefixes.length === 1 || prefixes.some((prefix) => row[6].startsWith(prefix));
      if (isWanted) events.push(followedEvent(row, this.#metadataOf));
    }
    return { events, position: end };
  }

  /** Reads a stream, as of now, up to the event before a revision. @throws StoreUnavailable */
  stream(name: string, before: Revision = AFTER_ALL_REVISIONS): readonly RecordedEvent[] {
    try {
      const rows = this.#stream.all(name, before) as unknown as readonly FollowedRow[];
      return rows.map((row) => followedEvent(row, this.#metadataOf));
    } catch (error) {
      throw asUnavailable(error);
    }
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
}
