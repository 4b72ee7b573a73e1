import type { Kysely } from 'kysely';
import type { CatalogTables, CopyTables } from '../database-types.js';
import type { ReadModelFiles } from './damage.js';
import type { Cell, Table, TableWrite } from '../tables.js';

/** Some tables that are written together: one copy of a projection, or the catalog. */
export interface TableSet<Tables> {
  readonly db: Kysely<Tables>;
  /**
   * All writes in one transaction; of each, removals come first.
   * @param guard when given, nothing is written unless nobody else has written since
   * @throws ProjectionMoved
   * @throws RowsRefused
   */
  write(writes: readonly TableWrite[], guard?: ProgressGuard): Promise<void>;
  /** The rows whose value in an indexed column is one of these. */
  find(table: Table, column: string, values: readonly Cell[]): Promise<readonly StoredRow[]>;
  close(): Promise<void>;
}

export type StoredRow = Readonly<Record<string, Cell>>;

/** What the writer believes of the copy. */
export interface ProgressGuard {
  /** How many commits it has seen. Counted, because a commit need not move the position. */
  readonly commits: number;
}

export type Copy = TableSet<CopyTables>;

/**
 * How a copy is filled. One that is being rebuilt need not be durable yet, and needs only the indexes by which rows
 * are found again: the unique ones.
 */
export type Filling = 'live' | 'rebuild';

/** One database product, as far as it differs from another. */
export interface ReadModelDatabase {
  readonly kind: 'sqlite' | 'postgres';
  /** Undefined where a server looks after its files, or there are none. */
  readonly files?: ReadModelFiles;
  openCatalog(): Promise<TableSet<CatalogTables>>;
  /** Opens a copy, and creates its tables where it is new. */
  openCopy(copy: string, tables: readonly Table[], filling: Filling): Promise<Copy>;
  /** Adds what a rebuild left out, and makes the copy as durable as a live one. */
  finishCopy(copy: Copy, tables: readonly Table[]): Promise<void>;
  /** The names of all copies that exist, used or not. */
  copies(): Promise<readonly string[]>;
  dropCopy(copy: string): Promise<void>;
  /** Whether an error says that the database cannot be reached now, and may be later. */
  isUnavailable(error: unknown): boolean;
  close(): Promise<void>;
}
