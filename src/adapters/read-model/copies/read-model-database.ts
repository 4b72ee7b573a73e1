import type { Kysely } from 'kysely';
import type { CatalogTables, CopyTables } from '../tables.js';
import type { ReadModelFiles } from './damage.js';
import type { Cell, Table, TableWrite } from '../table.js';

/** Tables that are written together: one copy of a projection, or the catalog. */
export interface TableSet<Tables> {
  readonly db: Kysely<Tables>;
  /**
   * Applies all writes in one transaction; removals of each write come first.
   * @param guard when given, nothing is written if anybody else has written since
   * @throws ProjectionMoved
   * @throws RowsRefused
   */
  write(writes: readonly TableWrite[], guard?: ProgressGuard): Promise<void>;
  /** Returns the rows whose value in an indexed column is one of these. */
  find(table: Table, column: string, values: readonly Cell[]): Promise<readonly StoredRow[]>;
  /**
   * Removes what files still hold of rows that were changed. A server does that by itself, later.
   * @param signal aborts it; calls for one file pass the same signal
   * @throws StoreUnavailable while somebody reads the file for too long, and when `signal` aborts
   */
  purge(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export type StoredRow = Readonly<Record<string, Cell>>;

/** The writer's expectation of the copy. */
export interface ProgressGuard {
  /** Number of commits that the writer has seen. Counted, because a commit need not move the position. */
  readonly commits: number;
}

export type Copy = TableSet<CopyTables>;

/**
 * The mode of filling a copy. A copy under rebuild need not be durable yet, and needs only the indexes by which rows
 * are found again: the unique ones.
 */
export type Filling = 'live' | 'rebuild';

/** The differences between database products. */
export interface ReadModelDatabase {
  readonly kind: 'sqlite' | 'postgres';
  /** Undefined where a server manages its files, or there are none. */
  readonly files?: ReadModelFiles;
  openCatalog(): Promise<TableSet<CatalogTables>>;
  /** Opens a copy, and creates the tables of a new one. */
  openCopy(copy: string, tables: readonly Table[], filling: Filling): Promise<Copy>;
  /** Adds the indexes that a rebuild left out, and makes the copy as durable as a live one. */
  finishCopy(copy: Copy, tables: readonly Table[]): Promise<void>;
  /** Returns the names of all copies that exist, used or not. */
  copies(): Promise<readonly string[]>;
  dropCopy(copy: string): Promise<void>;
  /**
   * Says that a rebuild is under way, to other processes too. Several may be.
   * @returns ends it; the end of the process does so too
   */
  beginRebuild(): Promise<() => Promise<void>>;
  /** Does the work and lets no rebuild begin meanwhile; does nothing while one is under way. */
  unlessRebuilding(work: () => Promise<void>): Promise<void>;
  /** True for an error that means that the database is unreachable now, and may come back. */
  isUnavailable(error: unknown): boolean;
  close(): Promise<void>;
}
