import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { createIndex, createTable, valueColumns, type DataTypes } from '../data-definition.js';
import { OtherStoreUnavailable, reasonOf } from '../../../../application/errors.js';
import { ProjectionMoved, RowsRefused } from '../../../../application/ports/projection-store.js';
import { openDatabase } from '../../../files/open-database.js';
import { overwriteRemnants } from '../../../files/overwrite-remnants.js';
import type { Filling, ProgressGuard, StoredRow, TableSet } from '../read-model-database.js';
import type { Cell, Index, Table, TableWrite } from '../../table.js';
import { messagesTable } from '../../tables.js';
import { ReadModelDamaged } from '../damage.js';
import { DamageGuard } from './damage-guard.js';
import { nodeSqliteDialect } from './node-sqlite-dialect.js';
import { PreparedQuery } from './prepared-query.js';

/** A reader of the file is waited for this long. */
const PURGE_MS_MAX = 5_000;

const dataTypes: DataTypes = {
  types: { text: 'TEXT', integer: 'INTEGER', blob: 'BLOB' },
  prefix: '',
  tableOptions: ({ columns, key }) => {
    const isRowid =
      key.length === 1 && columns.some(({ name, type }) => name === key[0] && type === 'integer');
    return isRowid ? ' STRICT' : ' STRICT, WITHOUT ROWID';
  },
};

/** Another connection writes in short transactions; a wait this long means a fault. */
const BUSY_TIMEOUT_MS = 5_000;

/** `searched`: by requests; `followed`: by the thread that writes what the ledger has, and looks up single rows. */
export type CopyUse = 'searched' | 'followed';

/**
 * Sizes of the page caches. Two threads have a connection to each copy, each with a cache of its own. A page outside of it is
 * read from the system's cache, in a few microseconds. Searches and reports read all of the message list; the others use a
 * few pages at the end.
 */
const CACHE_KIB = {
  messages: { searched: 32_768, followed: 16_384 },
  others: 4_096,
  rebuild: 65_536,
} as const;

function cacheKib(tables: readonly Table[], filling: Filling, use: CopyUse): number {
  if (filling !== 'live') return CACHE_KIB.rebuild;
  return tables.includes(messagesTable) ? CACHE_KIB.messages[use] : CACHE_KIB.others;
}

/**
 * 32 MiB: the size of the write-ahead log that starts a checkpoint. Every commit touches about the same pages of the
 * indexes, and each of them is then written back once instead of eight times.
 */
const WAL_PAGES = 8_192;

const isNeeded = (index: Index, filling: Filling): boolean =>
  filling === 'live' || index.unique === true;

interface Statements {
  readonly put: StatementSync;
  readonly remove: StatementSync;
}

/** Needs no listener: the error tells the opener of the damage. */
const OPENING = new DamageGuard(() => undefined);

/** Tables in one SQLite file (or in memory), over one connection. */
export class SqliteTableSet<Tables> implements TableSet<Tables> {
  readonly db: Kysely<Tables>;
  private readonly statements = new Map<string, Statements>();
  private readonly finders = new Map<string, PreparedQuery>();

  private constructor(
    private readonly database: DatabaseSync,
    private readonly guard: DamageGuard,
    private readonly filling: Filling,
  ) {
    this.db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database, guard) });
  }

  /**
   * @param file a path, or `:memory:`
   * @param onDamage called each time damage is found in the open file
   * @throws ReadModelDamaged
   */
  static open<Tables>(
    file: string,
    tables: readonly Table[],
    filling: Filling,
    onDamage: (reason: string) => void = () => undefined,
    use: CopyUse = 'searched',
  ): SqliteTableSet<Tables> {
    const database = openDatabase(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      OPENING.run(() => prepare(database, tables, filling, use));
    } catch (error) {
      database.close();
      throw error;
    }
    return new SqliteTableSet<Tables>(database, new DamageGuard(onDamage), filling);
  }

  /** @returns the fault in the structure of the file; undefined where there is none */
  structureFault(): string | undefined {
    try {
      const check = (): unknown => this.database.prepare('PRAGMA quick_check(1)').get();
      const verdict = String(Object.values(OPENING.run(check) ?? {})[0]);
      return verdict === 'ok' ? undefined : verdict;
    } catch (error) {
      if (error instanceof ReadModelDamaged) return error.reason;
      throw error;
    }
  }

  /** Leaves existing indexes as they are. */
  createIndexes(tables: readonly Table[], which: (index: Index) => boolean): void {
    createIndexesIn(this.database, tables, which);
  }

  /** Call it after a rebuild: everything is synced, and the copy is durable from now on. */
  makeDurable(): void {
    this.database.exec('PRAGMA synchronous = FULL');
    this.database.exec('PRAGMA journal_mode = WAL');
    this.database.exec('BEGIN IMMEDIATE; UPDATE progress SET id = id; COMMIT');
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  async write(writes: readonly TableWrite[], guard?: ProgressGuard): Promise<void> {
    this.guard.run(() => this.writeNow(writes, guard));
  }

  private writeNow(writes: readonly TableWrite[], guard: ProgressGuard | undefined): void {
    // No await in between, so that no other code of this process gets into the transaction.
    this.database.exec('BEGIN IMMEDIATE');
    try {
      if (guard !== undefined) this.check(guard);
      for (const { table, remove = [], put = [] } of writes) {
        const statements = this.statementsOf(table);
        for (const key of remove) statements.remove.run(...(key as SQLInputValue[]));
        for (const row of put) statements.put.run(...(row as SQLInputValue[]));
      }
      this.database.exec('COMMIT');
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK');
      throw isRefusal(error) ? new RowsRefused(error.message) : error;
    }
  }

  async find(table: Table, column: string, values: readonly Cell[]): Promise<readonly StoredRow[]> {
    if (values.length === 0) return [];
    const { name } = table;
    const sql = `SELECT ${name}.* FROM json_each(?) CROSS JOIN ${name} ON ${name}.${column} = value`;
    return this.guard.run(() => {
      let finder = this.finders.get(sql);
      if (finder === undefined) {
        finder = new PreparedQuery(this.database, sql);
        this.finders.set(sql, finder);
      }
      return finder.all(JSON.stringify(values)) as readonly StoredRow[];
    });
  }

  async purge(signal?: AbortSignal): Promise<void> {
    // Nobody else uses a copy that is being rebuilt.
    const isShared = this.filling === 'live';
    let isDone: boolean;
    try {
      const overwriting = { waitMsMax: PURGE_MS_MAX, isShared };
      isDone = await overwriteRemnants(this.database.location(), overwriting, signal);
    } catch (cause) {
      throw new OtherStoreUnavailable(`${reasonOf(cause)}: ask again`, { cause });
    }
    if (!isDone) throw new OtherStoreUnavailable('a read model is read for too long: ask again');
  }

  async close(): Promise<void> {
    if (this.database.isOpen) this.database.close();
  }

  private check({ commits }: ProgressGuard): void {
    const row = this.database.prepare('SELECT commits FROM progress').get();
    if ((row?.['commits'] ?? 0) !== commits) {
      throw new ProjectionMoved('another writer has changed this projection');
    }
  }

  private statementsOf(table: Table): Statements {
    let statements = this.statements.get(table.name);
    if (statements === undefined) {
      statements = {
        put: this.database.prepare(putStatement(table)),
        remove: this.database.prepare(removeStatement(table)),
      };
      this.statements.set(table.name, statements);
    }
    return statements;
  }
}

function prepare(
  database: DatabaseSync,
  tables: readonly Table[],
  filling: Filling,
  use: CopyUse,
): void {
  // A read model can be rebuilt, so a power cut may cost its last commits, but never its integrity. A copy under
  // rebuild is not in use: a power cut makes the rebuild start again.
  database.exec(`PRAGMA journal_mode = ${filling === 'live' ? 'WAL' : 'OFF'}`);
  database.exec(`PRAGMA synchronous = ${filling === 'live' ? 'NORMAL' : 'OFF'}`);
  database.exec(`PRAGMA wal_autocheckpoint = ${WAL_PAGES}`);
  database.exec(`PRAGMA cache_size = -${cacheKib(tables, filling, use)}`);
  // Sorting an index of a rebuilt copy in memory would fill a small machine.
  database.exec(`PRAGMA temp_store = ${filling === 'live' ? 'MEMORY' : 'FILE'}`);
  // Changed and removed rows leave no bytes behind, so that a person can be erased.
  database.exec('PRAGMA secure_delete = ON');
  for (const table of tables) database.exec(createTable(table, dataTypes));
  createIndexesIn(database, tables, (index) => isNeeded(index, filling));
}

function createIndexesIn(
  database: DatabaseSync,
  tables: readonly Table[],
  which: (index: Index) => boolean,
): void {
  for (const table of tables) {
    for (const index of table.indexes.filter(which)) {
      database.exec(createIndex(table, index, ''));
    }
  }
}

/** SQLITE_TOOBIG, SQLITE_CONSTRAINT and SQLITE_MISMATCH: the same rows would fail again. */
const REFUSALS: ReadonlySet<number> = new Set([18, 19, 20]);
/** Extended codes carry the primary one in their lowest byte. */
const PRIMARY_CODE = 0xff;

const isRefusal = (
  error: unknown,
): error is { readonly errcode: number; readonly message: string } => {
  const { errcode } = error as { readonly errcode?: unknown };
  return typeof errcode === 'number' && REFUSALS.has(errcode & PRIMARY_CODE);
};

function putStatement(table: Table): string {
  const names = table.columns.map(({ name }) => name).join(', ');
  const marks = table.columns.map(() => '?').join(', ');
  const changes = valueColumns(table).map(({ name }) => `${name} = excluded.${name}`);
  return `INSERT INTO ${table.name} (${names}) VALUES (${marks})
    ON CONFLICT (${table.key.join(', ')}) DO UPDATE SET ${changes.join(', ')}`;
}

const removeStatement = (table: Table): string =>
  `DELETE FROM ${table.name} WHERE ${table.key.map((name) => `${name} = ?`).join(' AND ')}`;
