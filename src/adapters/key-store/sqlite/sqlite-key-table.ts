import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { KeyTable } from '../key-table.js';

/** Time in which another instance's commit may end, milliseconds. */
const BUSY_MS_MAX = 5_000;

/** A deleted row leaves no bytes behind: destroyed keys must be gone. */
const setUp = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA secure_delete = ON;
  CREATE TABLE IF NOT EXISTS secret (id INTEGER PRIMARY KEY CHECK (id = 1), bytes BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS contacts (hash BLOB PRIMARY KEY, id TEXT NOT NULL) STRICT, WITHOUT ROWID;
`;

export const keyFile = (directory: string): string => join(directory, 'keys.sqlite');

/** A SQLite file beside the ledger. Its rows are few and small, so no thread of its own writes them. */
export class SqliteKeyTable implements KeyTable {
  readonly #database: DatabaseSync;

  /** @param directory created where it is missing; null: nothing survives the process */
  constructor(directory: string | null) {
    if (directory !== null) mkdirSync(directory, { recursive: true });
    const file = directory === null ? ':memory:' : keyFile(directory);
    this.#database = new DatabaseSync(file, { timeout: BUSY_MS_MAX });
    this.#database.exec(setUp);
  }

  async secret(proposed: Buffer): Promise<Buffer> {
    const read = this.#database.prepare('SELECT bytes FROM secret');
    if (read.get() === undefined) {
      this.#database
        .prepare('INSERT INTO secret VALUES (1, ?) ON CONFLICT DO NOTHING')
        .run(proposed);
    }
    return Buffer.from(read.get()?.['bytes'] as Uint8Array);
  }

  async contact(hash: Buffer): Promise<string | undefined> {
    const row = this.#database.prepare('SELECT id FROM contacts WHERE hash = ?').get(hash);
    return row?.['id'] as string | undefined;
  }

  async addContact(hash: Buffer, proposedId: string): Promise<string> {
    const known = await this.contact(hash);
    if (known !== undefined) return known;
    this.#database
      .prepare('INSERT INTO contacts VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(hash, proposedId);
    return (await this.contact(hash)) ?? proposedId;
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }
}
