import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { IdSet } from '../../application/ports/id-set.js';

/** Memory of one set, in KiB; what exceeds it lies in a temporary file that SQLite deletes. */
const CACHE_KIBIBYTES = 4 * 1024;

/** Keeps ids in a temporary database, so that memory stays constant however many there are. */
export class TemporaryIdSet implements IdSet {
  private readonly database: DatabaseSync;
  private readonly insert: StatementSync;
  private readonly find: StatementSync;

  constructor() {
    // An empty name makes a private database on disk that ends with its connection.
    this.database = new DatabaseSync('');
    this.database.exec(`
      PRAGMA journal_mode = OFF;
      PRAGMA synchronous = OFF;
      PRAGMA cache_size = -${CACHE_KIBIBYTES};
      CREATE TABLE ids (id TEXT PRIMARY KEY) WITHOUT ROWID;
      BEGIN`);
    this.insert = this.database.prepare('INSERT OR IGNORE INTO ids VALUES (?)');
    this.find = this.database.prepare('SELECT 1 FROM ids WHERE id = ?');
  }

  add(id: string): void {
    this.insert.run(id);
  }

  has(id: string): boolean {
    return this.find.get(id) !== undefined;
  }

  close(): void {
    this.database.close();
  }
}
