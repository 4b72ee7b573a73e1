/** The process that overwrites the remnants in a SQLite file. Self-contained: it runs from its source, too. */
import { closeSync, fstatSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

export interface Overwriting {
  /** Time in which readers may end each time that they are waited for, milliseconds. */
  readonly waitMsMax: number;
  /** Others write to the file too, and get their turns. */
  readonly isShared: boolean;
  /** Bytes that are read and checked at a time: a multiple of the page size. */
  readonly atOnceBytes?: number;
}

export interface OverwritingFor extends Overwriting {
  /** The id of the process that waits for the end. */
  readonly parent: number;
}

/** Exit code where others kept the log, so that not everything was overwritten. */
const KEPT = 75;
const LOOK_AGAIN_MS = 10;
/**
 * Bytes that one transaction overwrites. Other writers wait for its end: tens of milliseconds on an idle machine, 0.2 to 0.7 s on
 * a busy one.
 */
const AT_ONCE_BYTES = 16 * 1024 * 1024;
const SQLITE_BUSY = 5;
/** A writer that waits looks every 100 ms whether it is its turn: without a pause it would wait until the end. */
const TURN_OF_OTHERS_MS = 150;
/**
 * A page of rows begins with its kind, any other page with the number of a page. Below this many pages that number begins with a
 * zero or a one, which is no kind: with pages of 4 KiB, 128 GiB.
 */
const PAGES_MAX = 2 ** 25;

const [file = '', overwriting = ''] = process.argv.slice(2);
const {
  waitMsMax,
  isShared,
  parent,
  atOnceBytes = AT_ONCE_BYTES,
} = JSON.parse(overwriting) as OverwritingFor;
// A file that was deleted meanwhile must not be there again, empty.
const existing = pathToFileURL(file);
existing.searchParams.set('mode', 'rw');
const raw = openSync(file, 'r+');
const database = new DatabaseSync(existing, { timeout: 0 });
// A lock on one file must not permit writes to another. A file that still has its name is the one that SQLite opened.
const [opened, present] = [fstatSync(raw, { bigint: true }), statSync(file, { bigint: true })];
if (opened.ino !== present.ino || opened.dev !== present.dev) {
  throw new Error('the file was replaced while it was opened');
}
const pause = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Ends once the service was killed: the next one may use the file, or somebody may replace it by a backup. */
function endWithoutParent(): void {
  if (process.ppid !== parent) process.exit(KEPT);
}

/**
 * Begins a transaction while the log is empty: until it ends, nobody else changes the file.
 * @returns false when others kept the log for too long
 */
function beginAlone(): boolean {
  const deadlineMs = performance.now() + waitMsMax;
  for (;;) {
    endWithoutParent();
    if (database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] === 0 && isBegun()) {
      if (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size === 0) return true;
      database.exec('ROLLBACK');
    }
    if (performance.now() >= deadlineMs) return false;
    Atomics.wait(pause, 0, 0, LOOK_AGAIN_MS);
  }
}

function isBegun(): boolean {
  try {
    database.exec('BEGIN IMMEDIATE');
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

/** The low byte of an extended result code is the primary one (https://sqlite.org/rescode.html). */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === SQLITE_BUSY;

/** Commits an unchanged header, because a commit invalidates the page caches of all other connections. */
function commit(): void {
  const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
  database.exec(`PRAGMA user_version = ${Number(version)}; COMMIT`);
}

/** The buffer of all reads, because to allocate one for each read costs as much time as reading. */
const room = Buffer.alloc(atOnceBytes);

/** Reads the part of the file that begins at `position`. The next call overwrites the returned bytes. */
const bytesAt = (position: number): Buffer =>
  room.subarray(0, readSync(raw, room, 0, atOnceBytes, position));

/** The kinds of pages that hold rows, with the bytes of their headers (https://sqlite.org/fileformat2.html, 1.6). */
const headerBytes: ReadonlyMap<number | undefined, number> = new Map([
  [2, 12],
  [5, 12],
  [10, 8],
  [13, 8],
]);

/** The part of a page between the places of its rows and the rows; undefined for a page that has none. */
function gapOf(page: Buffer): { readonly start: number; readonly end: number } | undefined {
  const header = headerBytes.get(page[0]);
  if (header === undefined) return undefined;
  const rows = page.readUInt16BE(3);
  const end = page.readUInt16BE(5);
  const start = header + 2 * rows;
  if (start >= end || end > page.length) return undefined;
  for (let place = header; place < start; place += 2) {
    if (page.readUInt16BE(place) < end) return undefined;
  }
  return { start, end };
}

if (fstatSync(raw).size === 0) process.exit();
// A checkpoint writes all earlier changes from the log to the file.
if (!beginAlone()) process.exit(KEPT);
database.exec('ROLLBACK');

const named = bytesAt(0).readUInt16BE(16);
/** 1 stands for 65,536. */
const pageBytes = named === 1 ? 65_536 : named;
const zeros = Buffer.alloc(pageBytes);

/** The parts of some bytes of the file that hold remnants, by their places in them. */
function* remnantsIn(bytes: Buffer): Generator<{ readonly at: number; readonly length: number }> {
  for (let page = 0; page + pageBytes <= bytes.length; page += pageBytes) {
    const gap = gapOf(bytes.subarray(page, page + pageBytes));
    if (gap === undefined) continue;
    const [at, length] = [page + gap.start, gap.end - gap.start];
    if (bytes.compare(zeros, 0, length, at, at + length) !== 0) yield { at, length };
  }
}

function overwriteAt(position: number): void {
  for (const { at, length } of remnantsIn(bytesAt(position))) {
    writeSync(raw, zeros, 0, length, position + at);
  }
  fsyncSync(raw);
}

// The first page holds no rows but those of the schema.
for (let position = pageBytes; ; position += atOnceBytes) {
  const bytes = bytesAt(position);
  if (bytes.length === 0) break;
  if ((position + bytes.length) / pageBytes > PAGES_MAX) throw new Error('the file is too large');
  endWithoutParent();
  if (remnantsIn(bytes).next().done === true) continue;
  if (!beginAlone()) process.exit(KEPT);
  overwriteAt(position);
  commit();
  if (isShared) Atomics.wait(pause, 0, 0, TURN_OF_OTHERS_MS);
}
database.close();
closeSync(raw);
