import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { StoreUnavailable } from '../../../application/errors.js';
import { pause } from '../../../application/pause.js';
import type { EventMetadata, RecordedEvent } from '../../../application/ports/event-store.js';
import type { DomainEvent } from '../../../domain/events.js';
import { recordedEvent } from '../event-codec.js';
import {
  PAGE_EVENTS_SCANNED_MAX,
  type Page,
  type PagedLedger,
  type PageRange,
} from '../paged-event-feed.js';

/** How soon a commit of another thread or process is noticed. */
const LOOK_AGAIN_MS = 10;

type Row = readonly [
  position: number,
  revision: number,
  id: string,
  type: string,
  version: number,
  data: string,
  stream: string,
];

/**
 * A ledger that somebody else writes, for a thread or program that follows it. Reading a SQLite file in
 * WAL mode neither waits for its writer nor makes it wait. Metadata, half of all bytes, is read only for
 * the events that are asked for it: projections ask for hardly any.
 */
export class ReadOnlyLedger implements PagedLedger {
  readonly #database: DatabaseSync;
  readonly #head: StatementSync;
  readonly #page: StatementSync;
  readonly #metadata: StatementSync;
  #closed = false;

  /** @throws StoreUnavailable when there is no ledger in the directory */
  constructor(directory: string) {
    const file = join(directory, 'ledger.sqlite');
    if (!existsSync(file)) throw new StoreUnavailable(`there is no ledger in ${directory}`);
    this.#database = new DatabaseSync(file, { readOnly: true });
    this.#head = this.#database.prepare('SELECT max(position) AS head FROM events');
    this.#metadata = this.#database.prepare('SELECT metadata FROM events WHERE position = ?');
    this.#page = this.#database.prepare(`
      SELECT position, revision, id, type, version, data, name
      FROM events CROSS JOIN streams ON streams.number = events.stream
      WHERE position > ? AND position <= ? ORDER BY position`);
    this.#page.setReturnArrays(true);
  }

  get closed(): boolean {
    return this.#closed;
  }

  head(): number {
    return Number(this.#head.get()?.['head'] ?? 0);
  }

  page({ after, upTo, prefixes, eventsMax }: PageRange): Page {
    const end = Math.min(upTo, after + Math.min(PAGE_EVENTS_SCANNED_MAX, eventsMax));
    const rows = this.#page.all(after, end) as unknown as readonly Row[];
    const events: RecordedEvent[] = [];
    const [only] = prefixes.length === 1 ? prefixes : [];
    for (const row of rows) {
      const isWanted =
        only === undefined
          ? prefixes.some((prefix) => row[6].startsWith(prefix))
          : row[6].startsWith(only);
      if (isWanted) events.push(new FollowedEvent(row, (position) => this.#metadataOf(position)));
    }
    return { events, position: end };
  }

  async nextChange(after: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#closed && this.head() <= after) {
      await pause(LOOK_AGAIN_MS, signal);
    }
  }

  close(): void {
    this.#closed = true;
    if (this.#database.isOpen) this.#database.close();
  }

  #metadataOf(position: number): string {
    return String(this.#metadata.get(position)?.['metadata'] ?? '{}');
  }
}

/** An event whose metadata is read when it is asked for. */
class FollowedEvent implements RecordedEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: string;
  readonly version: number;
  readonly event: DomainEvent;
  readonly #row: Row;
  readonly #metadataOf: (position: number) => string;

  constructor(row: Row, metadataOf: (position: number) => string) {
    this.#row = row;
    this.#metadataOf = metadataOf;
    this.id = row[2];
    this.stream = row[6];
    this.revision = BigInt(row[1]);
    this.position = String(row[0]);
    this.version = row[4];
    this.event = this.#decoded('{}').event;
  }

  get metadata(): EventMetadata {
    return this.#decoded(this.#metadataOf(this.#row[0])).metadata;
  }

  #decoded(metadata: string): RecordedEvent {
    const [position, revision, id, type, version, data, stream] = this.#row;
    return recordedEvent(
      { id, type, version, data, metadata },
      { stream, revision: BigInt(revision), position: String(position) },
    );
  }
}
