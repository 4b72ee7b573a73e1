import { DatabaseSync } from 'node:sqlite';
import { isBusy } from '../../../files/is-busy.js';
import { makeForOwner } from '../../../files/owner-of-directory.js';

/** A rebuild waits this long for copies to be dropped. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Tells the processes and threads on one directory whether a rebuild is under way there: each holds a shared lock on an empty
 * SQLite file. The operating system releases it when the process is killed.
 */
export class RebuildLock {
  constructor(private readonly file: string) {}

  begin(): () => Promise<void> {
    const database = this.open(BUSY_TIMEOUT_MS);
    database.exec('BEGIN; SELECT count(*) FROM sqlite_schema');
    return async () => database.close();
  }

  async unlessAny(work: () => Promise<void>): Promise<void> {
    const database = this.open(0);
    try {
      if (isAlone(database)) await work();
    } finally {
      database.close();
    }
  }

  private open(timeout: number): DatabaseSync {
    makeForOwner(this.file);
    return new DatabaseSync(this.file, { timeout });
  }
}

function isAlone(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}
