import { randomUUID } from 'node:crypto';
import { ConcurrencyConflict, StoreUnavailable } from '../../../application/errors.js';
import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  AppendedEvent,
  RecordedEvent,
  StoredStream,
} from '../../../application/ports/event-store.js';
import type { StoredEvent } from '../../../application/ports/stored-events.js';
import type { StoredLedger } from '../paged-stored-events.js';
import type { LedgerOrigin } from '../../../application/ports/ledger-origin.js';
import { checkAppend } from '../check-append.js';
import { Signal } from '../signal.js';
import type { EncodedEvent } from '../event-codec.js';
import { recordedEvent } from '../recorded-event.js';
import { PAGE_EVENTS_SCANNED_MAX, type Page, type PagedLedger, type PageRange } from '../pages.js';

interface Row {
  readonly stream: string;
  readonly revision: number;
  /** Counts from 1 over all streams. */
  readonly position: number;
  readonly stored: EncodedEvent;
}

/**
 * A ledger that is lost with the process, for tests and for trying things out. It holds the same encoded texts as the
 * others, so nothing works here that would not survive being stored.
 */
export class MemoryEventStore implements EventStore, PagedLedger {
  /** Its events cost little to read. */
  readonly restMs = 0;
  readonly #rows: Row[] = [];
  readonly #streams = new Map<string, Row[]>();
  readonly #identity = randomUUID();
  readonly #changes = new Signal();
  #closed = false;

  get closed(): boolean {
    return this.#closed;
  }

  async read(stream: string): Promise<StoredStream> {
    this.#checkOpen();
    const rows = this.#streams.get(stream) ?? [];
    return { events: rows.map(decode), revision: lastRevision(rows) };
  }

  async append(
    stream: string,
    events: readonly AppendedEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    const checked = checkAppend(stream, events, expected);
    this.#checkOpen();
    const rows = this.#streams.get(stream) ?? [];
    const actual = lastRevision(rows);
    if (actual !== expected) {
      const repeated = repeatedRow(rows, checked.events, expected);
      if (repeated === undefined) throw new ConcurrencyConflict(stream, expected, actual);
      return resultOf(repeated);
    }

    this.#streams.set(stream, rows);
    let last: Row | undefined;
    for (const stored of checked.events) {
      last = { stream, revision: rows.length, position: this.#rows.length + 1, stored };
      rows.push(last);
      this.#rows.push(last);
    }
    this.#changes.raise();
    return resultOf(last);
  }

  async origin(): Promise<LedgerOrigin> {
    return {
      identity: this.#identity,
      copiedAt: undefined,
      // A feed over an empty ledger starts at 0 too.
      end: { position: String(this.head()) },
      isDurable: false,
    };
  }

  async checkWritable(): Promise<void> {
    this.#checkOpen();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#changes.raise();
  }

  head(): number {
    this.#checkOpen();
    return this.#rows.length;
  }

  page({ after, upTo, prefixes, eventsMax }: PageRange): Page {
    this.#checkOpen();
    const end = Math.min(upTo, after + PAGE_EVENTS_SCANNED_MAX);
    const events: RecordedEvent[] = [];
    let position = after;
    while (position < end && events.length < eventsMax) {
      const row = this.#rows[position++];
      if (row !== undefined && prefixes.some((prefix) => row.stream.startsWith(prefix))) {
        events.push(decode(row));
      }
    }
    return { events, position };
  }

  async nextChange(after: number, signal: AbortSignal): Promise<void> {
    if (!this.#closed && this.#rows.length <= after) await this.#changes.nextSignal(signal);
  }

  /** The same ledger, as it is stored. */
  get stored(): StoredLedger {
    const isClosed = (): boolean => this.#closed;
    return {
      restMs: this.restMs,
      get closed() {
        return isClosed();
      },
      head: () => this.head(),
      nextChange: (after, signal) => this.nextChange(after, signal),
      page: ({ after, upTo, eventsMax }) => {
        this.#checkOpen();
        const events = this.#rows.slice(after, Math.min(upTo, after + eventsMax)).map(storedEvent);
        return { events, position: after + events.length };
      },
      stream: (name) => {
        this.#checkOpen();
        return (this.#streams.get(name) ?? []).map(storedEvent);
      },
    };
  }

  #checkOpen(): void {
    if (this.#closed) throw new StoreUnavailable('it was closed');
  }
}

const decode = ({ stream, revision, position, stored }: Row): RecordedEvent =>
  recordedEvent(stored, { stream, revision: BigInt(revision), position: String(position) });

const storedEvent = ({ stream, revision, position, stored }: Row): StoredEvent => ({
  stream,
  revision: BigInt(revision),
  position: String(position),
  id: stored.id,
  type: stored.type,
  version: stored.version,
  data: Buffer.from(stored.data, 'utf8'),
  metadata: Buffer.from(stored.metadata, 'utf8'),
});

const lastRevision = (rows: readonly Row[]): ExpectedRevision =>
  rows.length === 0 ? 'no-stream' : BigInt(rows.length - 1);

/** Returns the first write's last row when the same ids already follow `expected`. */
function repeatedRow(
  rows: readonly Row[],
  events: readonly EncodedEvent[],
  expected: ExpectedRevision,
): Row | undefined {
  const first = expected === 'no-stream' ? 0 : Number(expected) + 1;
  const isRepeat = events.every(({ id }, index) => rows[first + index]?.stored.id === id);
  return isRepeat ? rows[first + events.length - 1] : undefined;
}

const resultOf = (row: Row | undefined): AppendResult => {
  if (row === undefined) throw new RangeError('an append without events was let through');
  return { revision: BigInt(row.revision), position: String(row.position) };
};
