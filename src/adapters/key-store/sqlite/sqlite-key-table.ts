import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { createDirectory } from '../../files/create-directory.js';
import { emptyLog } from '../../files/empty-log.js';
import { openDatabase } from '../../files/open-database.js';
import { setUpDatabase } from '../../files/set-up-database.js';
import type { DestroyedKeys } from '../../../application/ports/personal-keys.js';
import type {
  FoundKey,
  KeyPlace,
  KeyRow,
  KeyStoreRows,
  KeyTable,
  Rewrapped,
  WantedKey,
} from '../key-table.js';
import { WRAPPED_BYTES } from '../master-keys.js';
import { allKeyRows, replaceKeyRows } from './copy-key-rows.js';
import { KeyRows, setUpKeys } from './key-rows.js';
import { KeyWriter } from './key-writer.js';
import { isCompiled } from '../../files/is-compiled.js';

/** Time in which another instance's commit may end, milliseconds. */
const BUSY_MS_MAX = 5_000;
/** Requests and new keys come between. */
const BETWEEN_ROWS_MS = 1;

const REMEDY =
  'It holds the keys of all numbers and texts: put its backup in its place (docs/operations.md).';

export const keyFile = (directory: string): string => join(directory, 'keys.sqlite');

/** True where a key store lies in the directory whose secret a master key has wrapped. Versions before the master key did not. */
export function isSecretWrapped(directory: string): boolean {
  const file = keyFile(directory);
  if (!existsSync(file)) return false;
  const database = openDatabase(file, { readOnly: true });
  const bytes = setUpDatabase(file, database, REMEDY, () => {
    const tables = `SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'secret'`;
    if (database.prepare(tables).get()?.['tables'] === 0) return undefined;
    return database.prepare('SELECT length(bytes) AS bytes FROM secret').get()?.['bytes'];
  });
  database.close();
  return bytes === WRAPPED_BYTES;
}

/** A SQLite file beside the ledger. A thread of its own commits new keys: every new number needs one. */
export class SqliteKeyTable implements KeyTable {
  readonly #database: DatabaseSync;
  readonly #rows: KeyRows;
  readonly #contact: StatementSync;
  readonly #writer: KeyWriter | undefined;

  /** @param directory created where it is missing; null: nothing survives the process */
  constructor(directory: string | null) {
    if (directory !== null) createDirectory(directory);
    const file = directory === null ? ':memory:' : keyFile(directory);
    this.#database = openDatabase(file, { timeout: BUSY_MS_MAX });
    setUpDatabase(file, this.#database, REMEDY, () => this.#database.exec(setUpKeys));
    this.#rows = new KeyRows(this.#database);
    this.#contact = this.#database.prepare('SELECT id FROM contacts WHERE hash = ?');
    if (directory !== null && isCompiled) {
      this.#writer = new KeyWriter({ file, busyMsMax: BUSY_MS_MAX });
    }
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
    return this.#contact.get(hash)?.['id'] as string | undefined;
  }

  async addContact(hash: Buffer, proposedId: string): Promise<string> {
    const known = await this.contact(hash);
    if (known !== undefined) return known;
    this.#database
      .prepare('INSERT INTO contacts VALUES (?, ?) ON CONFLICT DO NOTHING')
      .run(hash, proposedId);
    return (await this.contact(hash)) ?? proposedId;
  }

  async keysFor(wanted: readonly WantedKey[]): Promise<readonly FoundKey[]> {
    return this.#writer?.keysFor(wanted) ?? this.#rows.keysFor(wanted);
  }

  async keys(places: readonly KeyPlace[]): Promise<readonly KeyRow[]> {
    return this.#rows.keys(places);
  }

  async erase(hash: Buffer): Promise<DestroyedKeys | undefined> {
    return this.#rows.erase(hash);
  }

  async erasePerson(person: string): Promise<number> {
    const keys = this.#rows.erasePerson(person);
    // An earlier call may have destroyed them, but a reader kept it from emptying the log.
    await this.#emptyLog();
    return keys;
  }

  async hasErased(person: string): Promise<boolean> {
    const persons = this.#database.prepare('SELECT 1 FROM persons WHERE erased = ?');
    return persons.get(person) !== undefined;
  }

  async keysAfter(after: KeyPlace | undefined, rowsMax: number): Promise<readonly KeyRow[]> {
    return this.#rows.keysAfter(after ?? { person: '', month: 0 }, rowsMax);
  }

  async rewrap(changes: readonly Rewrapped[]): Promise<number> {
    return this.#rows.rewrap(changes);
  }

  async rewrapSecret(before: Buffer, after: Buffer): Promise<void> {
    this.#database.prepare('UPDATE secret SET bytes = ? WHERE bytes = ?').run(after, before);
  }

  async forgetChanged(): Promise<void> {
    await this.#emptyLog();
  }

  async erasuresSeen(): Promise<string | undefined> {
    const row = this.#database.prepare('SELECT mark FROM erasures_seen').get();
    return row?.['mark'] as string | undefined;
  }

  async noteErasuresSeen(mark: string): Promise<void> {
    this.#database
      .prepare(
        'INSERT INTO erasures_seen VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET mark = excluded.mark',
      )
      .run(mark);
  }

  allRows(): AsyncIterable<KeyStoreRows> {
    return allKeyRows(this.#database);
  }

  async replaceAll(rows: AsyncIterable<KeyStoreRows>): Promise<void> {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      await replaceKeyRows(this.#database, rows);
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
    await this.#emptyLog();
  }

  async eraseBefore(month: number, signal?: AbortSignal): Promise<number> {
    let keys = 0;
    let after: string | null = '';
    while (after !== null) {
      signal?.throwIfAborted();
      const some = this.#rows.eraseSomeBefore(month, after);
      keys += some.keys;
      after = some.last;
      await delay(BETWEEN_ROWS_MS);
    }
    await this.#emptyLog();
    return keys;
  }

  async #emptyLog(): Promise<void> {
    if (await emptyLog(this.#database.location(), BUSY_MS_MAX)) return;
    throw new Error('the log of the key store cannot be emptied, because somebody reads it');
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    if (this.#database.isOpen) this.#database.close();
  }
}
