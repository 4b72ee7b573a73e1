import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DestroyedKeys } from '../../../application/ports/personal-keys.js';
import {
  isDay,
  notCounted,
  type FoundKey,
  type KeyPlace,
  type KeyRow,
  type Owner,
  type Rewrapped,
  type WantedKey,
} from '../key-table.js';

/** Deleted rows leave no bytes behind: destroyed keys must be gone. */
export const setUpKeys = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA secure_delete = ON;
  CREATE TABLE IF NOT EXISTS secret (id INTEGER PRIMARY KEY CHECK (id = 1), bytes BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS contacts (hash BLOB PRIMARY KEY, id TEXT NOT NULL) STRICT, WITHOUT ROWID;
  -- id: null after an erasure, until the person becomes known again. erased: the id before.
  CREATE TABLE IF NOT EXISTS persons (hash BLOB PRIMARY KEY, id TEXT, erased TEXT) STRICT, WITHOUT ROWID;
  -- What each erasure by number has destroyed, for who asks again because no answer came.
  CREATE TABLE IF NOT EXISTS erasures (person TEXT PRIMARY KEY, keys INTEGER NOT NULL, erased_before TEXT) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX IF NOT EXISTS persons_id ON persons (id) WHERE id IS NOT NULL;
  CREATE TABLE IF NOT EXISTS personal_keys (
    person TEXT NOT NULL, month INTEGER NOT NULL, wrapped BLOB NOT NULL, PRIMARY KEY (person, month)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS erasures_seen (id INTEGER PRIMARY KEY CHECK (id = 1), mark TEXT NOT NULL) STRICT;
`;

/** Persons looked at in one transaction, which takes some milliseconds. */
const PERSONS_AT_ONCE = 500;

/** The persons and their keys in one SQLite file. */
export class KeyRows {
  readonly #database: DatabaseSync;
  readonly #person: StatementSync;
  readonly #isKnown: StatementSync;
  readonly #addPerson: StatementSync;
  readonly #key: StatementSync;
  readonly #keys: StatementSync;
  readonly #addKey: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#person = database.prepare('SELECT id, erased FROM persons WHERE hash = ?');
    this.#isKnown = database.prepare('SELECT 1 FROM persons WHERE id = ?');
    this.#addPerson = database.prepare(
      'INSERT INTO persons (hash, id) VALUES (?, ?) ON CONFLICT (hash) DO UPDATE SET id = excluded.id',
    );
    this.#key = database.prepare(
      'SELECT wrapped FROM personal_keys WHERE person = ? AND month = ?',
    );
    this.#keys = database.prepare(`
      SELECT personal_keys.person, personal_keys.month, wrapped
      FROM json_each(?) AS place CROSS JOIN personal_keys
      ON person = value ->> 'person' AND month = value ->> 'month'`);
    this.#addKey = database.prepare('INSERT INTO personal_keys VALUES (?, ?, ?)');
  }

  /** One transaction, however many are wanted. */
  keysFor(wanted: readonly WantedKey[]): readonly FoundKey[] {
    return this.transaction(() => wanted.map((one) => this.#keyFor(one)));
  }

  /** Reads all in one statement, because statements for single keys spend half of their time on transactions. */
  keys(places: readonly KeyPlace[]): readonly KeyRow[] {
    return this.#keys.all(JSON.stringify(places)) as unknown as readonly KeyRow[];
  }

  erase(hash: Buffer): DestroyedKeys | undefined {
    return this.transaction(() => {
      const row = this.#person.get(hash) as unknown as Owner | undefined;
      if (row === undefined) return undefined;
      if (row.id === null) return this.#destroyedBefore(row.erased ?? '');
      const keys = this.#database.prepare('DELETE FROM personal_keys WHERE person = ?').run(row.id);
      this.#database
        .prepare('UPDATE persons SET id = NULL, erased = ? WHERE hash = ?')
        .run(row.id, hash);
      const destroyed = { person: row.id, keys: Number(keys.changes), erasedBefore: row.erased };
      // A copy of another store may bring the person back.
      this.#database
        .prepare('INSERT OR REPLACE INTO erasures VALUES (?, ?, ?)')
        .run(destroyed.person, destroyed.keys, destroyed.erasedBefore);
      return destroyed;
    });
  }

  erasePerson(person: string): number {
    return this.transaction(() => {
      const keys = this.#database.prepare('DELETE FROM personal_keys WHERE person = ?').run(person);
      this.#database
        .prepare('UPDATE persons SET id = NULL, erased = ? WHERE id = ?')
        .run(person, person);
      return Number(keys.changes);
    });
  }

  keysAfter({ person, month }: KeyPlace, rowsMax: number): readonly KeyRow[] {
    const rows = this.#database
      .prepare(
        `SELECT person, month, wrapped FROM personal_keys WHERE (person, month) > (?, ?)
         ORDER BY person, month LIMIT ?`,
      )
      .all(person, month, rowsMax);
    return rows as unknown as readonly KeyRow[];
  }

  rewrap(changes: readonly Rewrapped[]): number {
    return this.transaction(() => {
      const update = this.#database.prepare(
        'UPDATE personal_keys SET wrapped = ? WHERE person = ? AND month = ? AND wrapped = ?',
      );
      let exchanged = 0;
      for (const { person, month, wrapped, before } of changes) {
        exchanged += Number(update.run(wrapped, person, month, before).changes);
      }
      return exchanged;
    });
  }

  /**
   * Destroys old keys among the next rows behind a person. One transaction.
   * @returns how many, and the last person that was looked at; null at the end
   */
  eraseSomeBefore(
    month: number,
    after: string,
  ): { readonly keys: number; readonly last: string | null } {
    return this.transaction(() => {
      const looked = this.#database
        .prepare(
          'SELECT DISTINCT person FROM personal_keys WHERE person > ? ORDER BY person LIMIT ?',
        )
        .all(after, PERSONS_AT_ONCE);
      const last = looked.at(-1)?.['person'] as string | undefined;
      if (last === undefined) return { keys: 0, last: null };
      const { changes } = this.#database
        .prepare('DELETE FROM personal_keys WHERE person > ? AND person <= ? AND month < ?')
        .run(after, last, month);
      return { keys: Number(changes), last };
    });
  }

  transaction<Result>(work: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #keyFor({ hash, person, mayReturn, month, wrapped }: WantedKey): FoundKey {
    const owner = hash === null ? this.#known(person) : this.#ownerOf(hash, person, mayReturn);
    if (owner.id === null) return { person: owner.erased ?? person, wrapped: null };
    const known = this.#key.get(owner.id, month) as unknown as Pick<KeyRow, 'wrapped'> | undefined;
    if (known !== undefined) return { person: owner.id, wrapped: known.wrapped };
    if (owner.id !== person) return { person: owner.id, wrapped: undefined };
    this.#addKey.run(owner.id, month, wrapped);
    return { person: owner.id, wrapped };
  }

  #destroyedBefore(person: string): DestroyedKeys {
    const row = this.#database
      .prepare('SELECT keys, erased_before AS erasedBefore FROM erasures WHERE person = ?')
      .get(person) as unknown as Omit<DestroyedKeys, 'person'> | undefined;
    return { person, ...(row ?? notCounted) };
  }

  #known(person: string): Owner {
    const isKnown = isDay(person) || this.#isKnown.get(person) !== undefined;
    return { id: isKnown ? person : null, erased: person };
  }

  #ownerOf(hash: Buffer, proposed: string, mayReturn: boolean): Owner {
    const row = this.#person.get(hash) as unknown as Owner | undefined;
    if (row !== undefined && (row.id !== null || !mayReturn)) return row;
    this.#addPerson.run(hash, proposed);
    return { id: proposed, erased: null };
  }
}
