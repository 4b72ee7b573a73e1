import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createDirectory } from '../../../files/create-directory.js';
import { type CatalogTables, type CopyTables, catalogTables } from '../../tables.js';
import { ReadModelDamaged, type DamagedPart, type ReadModelFiles } from '../damage.js';
import type { Copy, Filling, ReadModelDatabase, TableSet } from '../read-model-database.js';
import type { Table } from '../../table.js';
import { RebuildLock } from './rebuild-lock.js';
import { SqliteTableSet, type CopyUse } from './sqlite-table-set.js';

const CATALOG = 'read-model.sqlite';
const COPY = /^read-model-([a-z-]+-\d+)\.sqlite$/;

const SUFFIXES = ['', '-wal', '-shm', '-journal'] as const;

/** One file for the catalog and one for each copy of a projection, beside the ledger. */
export class SqliteReadModelDatabase implements ReadModelDatabase, ReadModelFiles {
  readonly kind = 'sqlite';
  readonly files: ReadModelFiles = this;
  private damaged: (part: DamagedPart, reason: string) => void = () => undefined;
  private openedCatalog: bigint | undefined;
  private readonly rebuilds: RebuildLock;

  constructor(
    private readonly directory: string,
    private readonly use: CopyUse = 'searched',
  ) {
    createDirectory(directory);
    this.rebuilds = new RebuildLock(join(directory, 'read-model-rebuild.lock'));
  }

  /** Checks the whole catalog, because it has a few pages and decides which copies are in use. */
  async openCatalog(): Promise<TableSet<CatalogTables>> {
    const opened = SqliteTableSet.open<CatalogTables>(
      this.catalogFile,
      catalogTables,
      'live',
      (reason) => this.damaged('catalog', reason),
    );
    this.openedCatalog = identityOf(this.catalogFile);
    const fault = opened.structureFault();
    if (fault === undefined) return opened;
    await opened.close();
    throw new ReadModelDamaged(fault);
  }

  async openCopy(copy: string, tables: readonly Table[], filling: Filling): Promise<Copy> {
    const onDamage = (reason: string): void => this.damaged({ copy }, reason);
    return SqliteTableSet.open<CopyTables>(this.file(copy), tables, filling, onDamage, this.use);
  }

  onDamage(listener: (part: DamagedPart, reason: string) => void): void {
    this.damaged = listener;
  }

  isLost(copy: string): boolean {
    const stats = statSync(this.file(copy), { throwIfNoEntry: false });
    // The last commits may still be in the log alone.
    return (stats?.size ?? 0) === 0 && !existsSync(`${this.file(copy)}-wal`);
  }

  isCatalogReplaced(): boolean {
    return this.openedCatalog !== identityOf(this.catalogFile);
  }

  dropCatalog(): void {
    remove(this.catalogFile);
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
    remove(this.file(copy));
  }

  async beginRebuild(): Promise<() => Promise<void>> {
    return this.rebuilds.begin();
  }

  unlessRebuilding(work: () => Promise<void>): Promise<void> {
    return this.rebuilds.unlessAny(work);
  }

  isUnavailable(): boolean {
    return false;
  }

  async close(): Promise<void> {}

  private get catalogFile(): string {
    return join(this.directory, CATALOG);
  }

  private file(copy: string): string {
    return join(this.directory, `read-model-${copy}.sqlite`);
  }
}

const identityOf = (file: string): bigint | undefined =>
  statSync(file, { bigint: true, throwIfNoEntry: false })?.ino;

function remove(file: string): void {
  for (const suffix of SUFFIXES) rmSync(`${file}${suffix}`, { force: true });
}

/** A database without files: each copy lives as long as the process. */
export class MemoryReadModelDatabase implements ReadModelDatabase {
  readonly kind = 'sqlite';
  private readonly sets = new Map<string, Copy>();
  private rebuilding = 0;

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
      purge: (signal) => opened.purge(signal),
      // Keeps the contents for the next open.
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

  /** Nobody else sees these copies. */
  async beginRebuild(): Promise<() => Promise<void>> {
    this.rebuilding++;
    return async () => void this.rebuilding--;
  }

  async unlessRebuilding(work: () => Promise<void>): Promise<void> {
    if (this.rebuilding === 0) await work();
  }

  isUnavailable(): boolean {
    return false;
  }

  async close(): Promise<void> {
    for (const set of this.sets.values()) await set.close();
  }
}
