/** The thread that writes a write-ahead log back and empties it. Self-contained: it runs from its source, too. */
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { LogToEmpty } from './empty-log.js';

const LOOK_AGAIN_MS = 10;

const { file, waitMsMax } = workerData as LogToEmpty;
// A file that was deleted meanwhile must not be there again, empty.
const existing = pathToFileURL(file);
existing.searchParams.set('mode', 'rw');
// A checkpoint that waits for readers in SQLite's busy handler blocks all writers, so the timeout is 0.
const database = new DatabaseSync(existing, { timeout: 0 });
const truncate = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)');
const pause = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

const deadlineMs = performance.now() + waitMsMax;
let isEmpty = truncate.get()?.['busy'] === 0;
while (!isEmpty && performance.now() < deadlineMs) {
  Atomics.wait(pause, 0, 0, LOOK_AGAIN_MS);
  isEmpty = truncate.get()?.['busy'] === 0;
}
database.close();
parentPort?.postMessage(isEmpty);
