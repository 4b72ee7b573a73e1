/**
 * The thread that owns the only writing connection. It commits together everything that arrived while the last commit
 * was being synced to the disk.
 *
 * It must stay self-contained: tests start this file as it is, and Node then only strips its types; it does not find
 * `x.ts` when `x.js` is imported.
 */
import { statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, Worker, workerData } from 'node:worker_threads';
import type {
  AnswerCode,
  AppendBatch,
  FromWriter,
  CheckpointerOptions,
  ToCheckpointer,
  ToWriter,
  WriterOptions,
} from './writer-protocol.js';

/** A commit takes no further batch once it has this many appends, which bounds how long its callers wait. */
const COMMIT_APPENDS_AIM = 2_000;

const CHECKPOINT_WAIT_MS = 200;
const PAGE_BYTES = 4_096;
const SQLITE_IOERR = 10;

const APPENDED: AnswerCode = 0;
const REPEATED: AnswerCode = 1;
const CONFLICT: AnswerCode = 2;

const options = workerData as WriterOptions;

const port = parentPort;
if (port === null) throw new Error('the writer of the ledger runs only as a worker');
const send = (message: FromWriter): void => port.postMessage(message);

const database = new DatabaseSync(options.file, { timeout: options.busyTimeoutMs });
database.exec(`
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA checkpoint_fullfsync = ON;
  PRAGMA cache_size = -16384;
  PRAGMA journal_size_limit = ${options.walBytesMax};
`);
if (options.ledgerPagesMax > 0) {
  database.exec(`PRAGMA max_page_count = ${options.ledgerPagesMax}`);
}

const prepare = (sql: string): StatementSync => {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
};

type Row = readonly (string | number)[];
const rowOf = (statement: StatementSync, ...values: (string | number)[]): Row | undefined =>
  statement.get(...values) as unknown as Row | undefined;

const begin = prepare('BEGIN IMMEDIATE');
const commit = prepare('COMMIT');
const rollback = prepare('ROLLBACK');
const findStream = prepare(`
  SELECT number, (SELECT max(revision) FROM events WHERE stream = number)
  FROM streams WHERE name = ?`);
const addStream = prepare('INSERT INTO streams (name) VALUES (?)');
const addEvent = prepare(`
  INSERT INTO events (stream, revision, id, type, version, data, metadata)
  VALUES (?, ?, ?, ?, ?, ?, ?)`);
const findEvent = prepare('SELECT id, position FROM events WHERE stream = ? AND revision = ?');
const findHead = prepare('SELECT max(position) FROM events');
const countWriteCheck = prepare('UPDATE write_checks SET count = count + 1');

let head = Number(rowOf(findHead)?.[0] ?? 0);

/** One append of a batch; its events begin at `offset`. */
interface Append {
  readonly stream: string;
  readonly expected: number;
  readonly count: number;
  readonly batch: AppendBatch;
  readonly offset: number;
}

const EVENT_FIELDS = 5;

function appendsOf(batch: AppendBatch): Append[] {
  const appends: Append[] = [];
  for (let at = 0; at < batch.length;) {
    const count = batch[at + 2] as number;
    const offset = at + 3;
    appends.push({
      stream: batch[at] as string,
      expected: batch[at + 1] as number,
      count,
      batch,
      offset,
    });
    at = offset + count * EVENT_FIELDS;
  }
  return appends;
}

/** Runs inside the transaction: a refused append has written nothing, so the others go on. */
function apply(append: Append): readonly [AnswerCode, number, number] {
  const { stream, expected, count } = append;
  if (count === 0) {
    countWriteCheck.run();
    return [APPENDED, 0, 0];
  }
  const found = rowOf(findStream, stream);
  const actual = found === undefined ? -1 : (found[1] as number);
  if (actual !== expected) {
    const position = found === undefined ? undefined : repeatedPosition(append, found[0] as number);
    if (position === undefined) return [CONFLICT, actual, 0];
    return [REPEATED, expected + count, position];
  }
  const number = found === undefined ? addStream.run(stream).lastInsertRowid : (found[0] as number);
  const position = insertEvents(append, number);
  return [APPENDED, expected + count, position];
}

function insertEvents({ expected, count, batch, offset }: Append, number: number | bigint): number {
  let position = 0;
  for (let index = 0, at = offset; index < count; index++, at += EVENT_FIELDS) {
    const { lastInsertRowid } = addEvent.run(
      number,
      expected + 1 + index,
      batch[at] as string,
      batch[at + 1] as string,
      batch[at + 2] as number,
      batch[at + 3] as string,
      batch[at + 4] as string,
    );
    position = Number(lastInsertRowid);
  }
  return position;
}

/** Returns the position of the first write's last event when the same ids already follow `expected`. */
function repeatedPosition(append: Append, number: number): number | undefined {
  let position: number | undefined;
  for (let index = 0; index < append.count; index++) {
    const event = rowOf(findEvent, number, append.expected + 1 + index);
    if (event?.[0] !== append.batch[append.offset + index * EVENT_FIELDS]) return undefined;
    position = event?.[1] as number;
  }
  return position;
}

function commitTogether(appends: readonly Append[]): void {
  let isCommitting = false;
  try {
    begin.run();
    const answers: number[] = [];
    let newHead = head;
    let events = 0;
    for (const append of appends) {
      const answer = apply(append);
      answers.push(...answer);
      if (answer[0] === APPENDED && append.count > 0) {
        newHead = answer[2];
        events += append.count;
      }
    }
    isCommitting = true;
    commit.run();
    head = newHead;
    send({ kind: 'committed', answers, head, events });
  } catch (error) {
    const { errcode, errstr } = error as { errcode?: number; errstr?: string };
    if (errcode === undefined) throw error;
    if (database.isTransaction) rollback.run();
    // When the disk fails during a commit, the log may hold all of it, and a restart would then find it there. A full
    // disk is different: the end of the commit is missing.
    const certain = !(isCommitting && (errcode & 0xff) === SQLITE_IOERR);
    const reason = `${errstr ?? 'unknown error'} (SQLite ${errcode})`;
    send({ kind: 'failed', appends: appends.length, certain, reason });
  }
}

/** A checkpoint starts when this many pages are only in the log. */
const CHECKPOINT_PAGES = Math.ceil(options.walBytesMax / PAGE_BYTES / 4);

/** Lies beside this file, compiled if this file is. */
const checkpointerFile = new URL(
  `./ledger-checkpointer.worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`,
  import.meta.url,
);

/** A checkpoint takes as long as many commits, so another thread does nearly all of it in parallel. */
class Checkpointer {
  readonly #underWay = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #worker: Worker | undefined;
  #isToFinish = false;
  #isUsable = hasMendedCheckpoints(process.versions['sqlite'] ?? '');

  constructor() {
    // With a usable thread, commits make checkpoints only if it cannot keep up.
    checkpointInCommits(this.#isUsable ? 3 * CHECKPOINT_PAGES : CHECKPOINT_PAGES);
  }

  get isBusy(): boolean {
    return Atomics.load(this.#underWay, 0) === 1;
  }

  /** Call it after each commit. */
  look(): void {
    if (!this.#isUsable || this.isBusy) return;
    if (this.#isToFinish) {
      this.#isToFinish = false;
      checkpointRest();
    } else if (pagesOnlyInLog() >= CHECKPOINT_PAGES) this.#begin();
  }

  /** Resolves when the checkpointer's connection is closed. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#worker === undefined) return resolve();
      this.#worker.once('exit', () => resolve());
      this.#tell('close');
    });
  }

  #begin(): void {
    try {
      this.#worker ??= this.#start();
    } catch {
      return this.#giveUp();
    }
    Atomics.store(this.#underWay, 0, 1);
    this.#isToFinish = true;
    this.#tell('checkpoint');
  }

  #start(): Worker {
    const worker = new Worker(checkpointerFile, {
      workerData: { ...options, underWay: this.#underWay } satisfies CheckpointerOptions,
      name: 'checkpointer',
      // It holds a statement and no rows.
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    worker.on('error', () => this.#giveUp());
    worker.on('exit', () => (this.#worker = undefined));
    return worker;
  }

  #tell(message: ToCheckpointer): void {
    this.#worker?.postMessage(message);
  }

  /** Falls back to checkpoints in commits: slower, but nothing is lost. */
  #giveUp(): void {
    this.#isUsable = false;
    Atomics.store(this.#underWay, 0, 0);
    checkpointInCommits(CHECKPOINT_PAGES);
  }
}

/**
 * Before 3.51.3, SQLite could mark pages as written back that were not, when one connection made checkpoints while
 * another one committed (sqlite.org/wal.html#walresetbug). Node 24.9 may still bundle such a version.
 */
function hasMendedCheckpoints(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return major * 1_000_000 + minor * 1_000 + patch >= 3_051_003;
}

/** The commit after which the log has this many pages makes a checkpoint. */
function checkpointInCommits(pages: number): void {
  database.exec(`PRAGMA wal_autocheckpoint = ${pages}`);
}

/** Checkpoints nothing; returns the pages in the log and how many of them are written back. */
const logState = prepare('PRAGMA wal_checkpoint(NOOP)');

function pagesOnlyInLog(): number {
  const [, inLog = 0, writtenBack = 0] = (rowOf(logState) ?? []) as readonly number[];
  return inLog - writtenBack;
}

const passiveCheckpoint = prepare('PRAGMA wal_checkpoint(PASSIVE)');

/** Nothing is added to the log during this checkpoint, so the log can start over after it. */
function checkpointRest(): void {
  try {
    passiveCheckpoint.run();
  } catch {
    // For example a full disk. The log still holds everything, and the next commit reports the fault.
  }
}

const checkpointer = new Checkpointer();

const walFile = `${options.file}-wal`;
const checkpoint = prepare('PRAGMA wal_checkpoint(TRUNCATE)');
let walBytesAllowed = options.walBytesMax;

/**
 * Those checkpoints do not wait, so a permanent reader can keep the log from ever starting over. Beyond the limit
 * this one waits for the reader to finish, though not for long: a program that holds a read for minutes must not hold
 * up every commit.
 */
function boundWal(): void {
  const walBytes = statSync(walFile, { throwIfNoEntry: false })?.size ?? 0;
  if (walBytes <= walBytesAllowed || checkpointer.isBusy) return;
  let isBusy = true;
  try {
    database.exec(`PRAGMA busy_timeout = ${CHECKPOINT_WAIT_MS}`);
    isBusy = rowOf(checkpoint)?.[0] !== 0;
  } catch {
    // For example a full disk. The log still holds everything, and the next commit reports the fault.
  }
  database.exec(`PRAGMA busy_timeout = ${options.busyTimeoutMs}`);
  walBytesAllowed = isBusy ? walBytes + options.walBytesMax / 4 : options.walBytesMax;
}

/** Closes this connection last, because the last close checkpoints the rest of the log. */
async function close(): Promise<void> {
  await checkpointer.close();
  database.close();
  port?.close();
}

port.on('message', (first: ToWriter) => {
  let message: ToWriter | undefined = first;
  while (message !== undefined) {
    if (message === 'close') return void close();
    const appends: Append[] = [];
    do {
      appends.push(...appendsOf(message));
      message = nextMessage();
    } while (message !== undefined && message !== 'close' && appends.length < COMMIT_APPENDS_AIM);
    commitTogether(appends);
    boundWal();
    checkpointer.look();
    // Messages that arrived during the commit are taken at once, without a turn of the event loop.
    message ??= nextMessage();
  }
});

function nextMessage(): ToWriter | undefined {
  if (port === null) return undefined;
  return receiveMessageOnPort(port)?.message as ToWriter | undefined;
}

send({ kind: 'ready', head });

// A test starts this file from its source, where Node does not find the other module.
if (import.meta.url.endsWith('.js')) {
  const { collectOnceStarted } = await import('../../garbage/collect-garbage.js');
  collectOnceStarted();
}
