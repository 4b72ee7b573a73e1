import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '../../../application/errors.js';
import { isBusy } from '../../files/is-busy.js';

/**
 * Makes sure that a ledger has one owner: two writers would not overwrite each other, but the followers of each would
 * miss what the other appends.
 *
 * The lock is an exclusive transaction on a SQLite file beside the ledger. It belongs to the process, so the
 * operating system releases it also when the process is killed. It also excludes a second instance in the same
 * process, which a plain file lock would not.
 */
export class LedgerLock {
  readonly #database: DatabaseSync;

  /** @throws StoreUnavailable when another owner holds the ledger */
  constructor(ledgerFile: string) {
    this.#database = new DatabaseSync(`${ledgerFile}.lock`, { timeout: 0 });
    try {
      this.#database.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      this.#database.close();
      if (!isBusy(error)) throw error;
      throw new StoreUnavailable(
        `${ledgerFile} is in use by another process: stop that one first`,
        { cause: error },
      );
    }
  }

  release(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}
