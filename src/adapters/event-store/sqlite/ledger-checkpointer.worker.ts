/**
 * The thread that checkpoints: it writes the write-ahead log back into the ledger while the writer goes on
 * committing. The writer checkpoints what is added to the log meanwhile: only a log that is written back completely
 * starts over.
 *
 * Self-contained like `ledger-writer.worker.ts`, which starts it.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckpointerOptions, ToCheckpointer } from './writer-protocol.js';

const { file, busyTimeoutMs, underWay } = workerData as CheckpointerOptions;

const port = parentPort;
if (port === null) throw new Error('the checkpointer of the ledger runs only as a worker');

const database = new DatabaseSync(file, { timeout: busyTimeoutMs });
database.exec(`
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA checkpoint_fullfsync = ON;
`);
const passive = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');

const PASSES = 5;

/**
 * SQLite syncs the ledger's own file only in a pass during which nothing was added to the log. The first pass does
 * nearly all the work; later passes are so short that one of them falls between two commits.
 */
function checkpoint(): void {
  for (let pass = 0; pass < PASSES; pass++) passive.run();
}

port.on('message', (message: ToCheckpointer) => {
  if (message === 'close') {
    database.close();
    port.close();
    return;
  }
  try {
    checkpoint();
  } catch {
    // For example a full disk. The log still holds everything, and the writer's next commit reports the fault.
  }
  Atomics.store(underWay, 0, 0);
});
