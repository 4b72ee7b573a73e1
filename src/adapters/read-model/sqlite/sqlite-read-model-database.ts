import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogTables, CopyTables } from '../database-types.js';
import type { Copy, Filling, ReadModelDatabase, TableSet } from '../read-model-database.js';
import { catalogTables, type Table } from '../tables.js';
import { SqliteTableSet } from './sqlite-table-set.js';

const CATALOG = 'read-model.sqlite';
const COPY = /^read-model-([a-z-]+-\d+)\.sqlite$/;

/** One file for the catalog and one for each copy of a projection, beside the ledger. */
export class SqliteReadModelDatabase implements ReadModelDatabase {
  readonly kind = 'sqlite';

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
  }

  async openCatalog(): Promise<TableSet<CatalogTables>> {
    return SqliteTableSet.open<CatalogTables>(join(this.directory, CATALOG), catalogTables, 'live');
  }

  async openCopy(copy: string, tables: readonly Table[], filling: Filling): Promise<Copy> {
    return SqliteTableSet.open<CopyTables>(this.file(copy), tables, filling);
  }

  async finishCopy(copy: Copy, tables: readonly Table[]): Promise<void> {
    if (!(copy instanceof SqliteTableSet)) throw new TypeError('a copy of another database');
    copy.createIndexes(tables, () => true);
    copy.makeDurable();
  }

  async copies(): Promise<readonly string[]> {
    return readdirSync(this.directory).flatMap((name) => COPY.exec(name)?.[1] ?? []);
  }

  async dropCopy(copy: string): Promise<void> {
    for (const suffix of ['', '-wal', '-shm', '-journal']) {
      const file = `${this.file(copy)}${suffix}`;
      if (existsSync(file)) rmSync(file);
    }
  }

  isAway(): boolean {
    return false;
  }

  async close(): Promise<void> {}

  private file(copy: string): string {
    return join(this.directory, `read-model-${copy}.sqlite`);
  }
}

/** The same without files: each copy lives as long as the process. */
export class MemoryReadModelDatabase implements ReadModelDatabase {
  readonly kind = 'sqlite';
  private readonly sets = new Map<string, Copy>();

  async openCatalog(): Promise<TableSet<CatalogTables>> {
    return SqliteTableSet.open<CatalogTables>(':memory:', catalogTables, 'live');
  }

  async openCopy(copy: string, tables: readonly Table[]): Promise<Copy> {
    const opened =
      this.sets.get(copy) ?? SqliteTableSet.open<CopyTables>(':memory:', tables, 'live');
    this.sets.set(copy, opened);
    return {
      db: opened.db,
      write: (writes, guard) => opened.write(writes, guard),
      find: (table, column, values) => opened.find(table, column, values),
      // Whoever opens it again finds it as it was.
      close: async () => {},
    };
  }

  async finishCopy(): Promise<void> {}

  async copies(): Promise<readonly string[]> {
    return [...this.sets.keys()];
  }

  async dropCopy(copy: string): Promise<void> {
    await this.sets.get(copy)?.close();
    this.sets.delete(copy);
  }

  isAway(): boolean {
    return false;
  }

  async close(): Promise<void> {
    for (const set of this.sets.values()) await set.close();
  }
}
