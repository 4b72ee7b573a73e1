import { createDirectory } from '../../files/create-directory.js';
import { StoreUnavailable, reasonOf } from '../../../application/errors.js';
import type {
  AppendResult,
  EventStore,
  ExpectedRevision,
  AppendedEvent,
  StoredStream,
} from '../../../application/ports/event-store.js';
import type { LedgerOrigin } from '../../../application/ports/ledger-origin.js';
import { checkAppend } from '../check-append.js';
import { Signal } from '../signal.js';
import { CommitBell } from './commit-bell.js';
import { REST_MS, type Page, type PagedLedger, type PageRange } from '../pages.js';
import { ledgerFile } from './ledger-file.js';
import { LedgerLock } from './ledger-lock.js';
import { InProcessReader } from './in-process-reader.js';
import { NewestByKind } from '../newest-by-kind.js';
import { prepareLedger, type StoredIdentity } from './ledger-schema.js';
import { remedyOf } from './sqlite-damage.js';
import { StoredEventReader } from './stored/stored-event-reader.js';
import {
  LedgerWriter,
  startWorker,
  type OnCommit,
  type StartWorker,
  type WriterLimits,
  type WriterStatistics,
} from './ledger-writer.js';

const MEBIBYTE = 1024 * 1024;

/** Limits and timeouts. Each has a default that suits production. */
export interface SqliteOptions extends WriterLimits {
  /** Limit of the time that a commit waits for another program that holds the ledger, milliseconds. */
  readonly busyTimeoutMs: number;
  /** The write-ahead log stays at about this size, as long as nobody holds a read open. */
  readonly walBytesMax: number;
  /** Size limit of the ledger in pages of 4 KiB; 0 means no limit but the disk's. */
  readonly ledgerPagesMax: number;
  readonly startWorker: StartWorker;
}

const defaults: SqliteOptions = {
  queuedAppendsMax: 10_000,
  queuedBytesMax: 64 * MEBIBYTE,
  busyTimeoutMs: 2_000,
  walBytesMax: 64 * MEBIBYTE,
  ledgerPagesMax: 0,
  startWorker,
};

/**
 * The ledger as one SQLite file, `ledger.sqlite`, which belongs to one process at a time. A separate thread commits
 * appends, many with one sync of the disk; reads happen on the calling thread.
 */
export class SqliteEventStore implements EventStore, PagedLedger {
  readonly restMs = REST_MS;
  readonly #lock: LedgerLock;
  readonly #reader: InProcessReader;
  readonly #writer: LedgerWriter;
  readonly #commits: CommitWatch;
  readonly #identity: StoredIdentity;
  readonly #directory: string;
  #stored: StoredEventReader | undefined;
  #closing: Promise<void> | undefined;

  private constructor(
    { directory, identity }: { readonly directory: string; readonly identity: StoredIdentity },
    lock: LedgerLock,
    reader: InProcessReader,
    writer: LedgerWriter,
    commits: CommitWatch,
  ) {
    this.#directory = directory;
    this.#identity = identity;
    this.#lock = lock;
    this.#reader = reader;
    this.#writer = writer;
    this.#commits = commits;
  }

  /**
   * Opens the ledger in `directory`, and creates both where they are missing.
   * @throws StoreUnavailable with the file's name when another process has it open, or it cannot be used
   */
  static async open(
    directory: string,
    options: Partial<SqliteOptions> = {},
  ): Promise<SqliteEventStore> {
    const {
      startWorker: start,
      queuedAppendsMax,
      queuedBytesMax,
      ...rest
    } = { ...defaults, ...options };
    const file = ledgerFile(directory);
    let lock: LedgerLock | undefined;
    let reader: InProcessReader | undefined;
    let writer: LedgerWriter | undefined;
    try {
      createDirectory(directory);
      lock = new LedgerLock(file);
      const identity = prepareLedger(file);
      const opened = new InProcessReader(file);
      reader = opened;
      const commits = new CommitWatch();
      const onCommit: OnCommit = (head, streams) => {
        opened.refresh();
        commits.reached(head, streams);
      };
      const limits = { queuedAppendsMax, queuedBytesMax };
      writer = await LedgerWriter.start({ file, ...rest }, limits, onCommit, start);
      return new SqliteEventStore({ directory, identity }, lock, opened, writer, commits);
    } catch (error) {
      reader?.close();
      await writer?.close();
      lock?.release();
      if (error instanceof StoreUnavailable && error.message.includes(file)) throw error;
      const reason = `${reasonOf(error)}${remedyOf(error, file)}`;
      throw new StoreUnavailable(`${file} cannot be opened: ${reason}`, { cause: error });
    }
  }

  /** Shared memory of the bell that each commit rings for other threads. */
  get commitBell(): SharedArrayBuffer {
    return this.#commits.commitBell.memory;
  }

  /** The events as they are stored, on a connection of their own; opened on first use. */
  get stored(): StoredEventReader {
    this.#checkOpen();
    this.#stored ??= new StoredEventReader(this.#directory, this.#commits.commitBell);
    return this.#stored;
  }

  get closed(): boolean {
    return this.#closing !== undefined;
  }

  async read(stream: string): Promise<StoredStream> {
    this.#checkOpen();
    const events = this.#reader.stream(stream);
    return { events, revision: events.at(-1)?.revision ?? 'no-stream' };
  }

  append(
    stream: string,
    events: readonly AppendedEvent[],
    expected: ExpectedRevision,
  ): Promise<AppendResult> {
    try {
      return this.#writer.append(stream, checkAppend(stream, events, expected), expected);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async origin(): Promise<LedgerOrigin> {
    const head = this.head();
    return {
      identity: this.#identity.id,
      copiedAt: this.#identity.copiedAt,
      // A feed over an empty ledger starts at 0 too.
      end: { position: String(head) },
      isDurable: true,
    };
  }

  checkWritable(): Promise<void> {
    return this.#writer.check();
  }

  statistics(): WriterStatistics {
    return this.#writer.statistics;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // The reader closes first: the last connection checkpoints the log, and must be able to write.
    this.#reader.close();
    this.#stored?.close();
    await this.#writer.close();
    this.#lock.release();
    this.#commits.end();
  }

  head(): number {
    this.#checkOpen();
    return this.#commits.head;
  }

  page(range: PageRange): Page {
    this.#checkOpen();
    const { after, upTo, prefixes } = range;
    if (!this.#commits.newest.mayFollow(after, prefixes)) return { events: [], position: upTo };
    return this.#reader.page(range);
  }

  nextChange(after: number, signal: AbortSignal): Promise<void> {
    return this.closed ? Promise.resolve() : this.#commits.beyond(after, signal);
  }

  #checkOpen(): void {
    if (this.closed) throw new StoreUnavailable('it was closed');
  }
}

/** Tracks the writer's head. One process owns the ledger, so nobody else can move the head. */
class CommitWatch {
  readonly #signal = new Signal();
  /** Rung for other threads. */
  readonly commitBell = new CommitBell();
  readonly newest = new NewestByKind();
  #head = 0;

  get head(): number {
    return this.#head;
  }

  /** @param streams to which events may have been added; undefined: to any */
  reached(head: number, streams: readonly string[] | undefined): void {
    if (head <= this.#head) return;
    this.#head = head;
    this.newest.committed(head, streams);
    this.#signal.raise();
    this.commitBell.ring();
  }

  /** Wakes all waiters, because no further commit will come. */
  end(): void {
    this.#signal.raise();
  }

  async beyond(position: number, signal: AbortSignal): Promise<void> {
    if (this.#head <= position) await this.#signal.nextSignal(signal);
  }
}
