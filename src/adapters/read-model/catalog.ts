import { projectionNames, type ProjectionName } from '../../application/ports/projection-store.js';
import { projectionVersions } from '../../application/projections/projection-versions.js';
import type { CatalogTables } from './database-types.js';
import type { Copy, ReadModelDatabase, TableSet } from './read-model-database.js';
import { copiesTable, tablesOf } from './tables.js';

/** A switch by another process is noticed within this time. */
const LOOK_AGAIN_MS = 200;

export interface CopyInUse {
  readonly name: string;
  /** Made by another version of its projection. */
  readonly isOutdated: boolean;
  readonly copy: Copy;
}

/** Knows which copy of each projection is in use, and opens it. */
export class Catalog {
  private readonly opened = new Map<ProjectionName, Promise<CopyInUse>>();
  private readonly lookedAt = new Map<ProjectionName, number>();

  private tables: Promise<TableSet<CatalogTables>> | undefined;

  private constructor(readonly database: ReadModelDatabase) {}

  /** A database that is only away for the moment is opened when it is first asked for. */
  static async open(database: ReadModelDatabase): Promise<Catalog> {
    const catalog = new Catalog(database);
    try {
      await catalog.set();
    } catch (error) {
      if (!database.isAway(error)) throw error;
    }
    return catalog;
  }

  /** The catalog's own tables. */
  set(): Promise<TableSet<CatalogTables>> {
    this.tables ??= this.database.openCatalog().catch((error: unknown) => {
      this.tables = undefined;
      throw error;
    });
    return this.tables;
  }

  /** The copy in use. May be one that was replaced a moment ago. */
  async copyOf(projection: ProjectionName): Promise<CopyInUse> {
    const age = performance.now() - (this.lookedAt.get(projection) ?? -Infinity);
    const opened = this.opened.get(projection);
    return opened !== undefined && age < LOOK_AGAIN_MS ? opened : this.freshCopyOf(projection);
  }

  /** The copy in use, asked of the catalog now. */
  async freshCopyOf(projection: ProjectionName): Promise<CopyInUse> {
    this.lookedAt.set(projection, performance.now());
    const entry = await this.entryOf(projection);
    const before = this.opened.get(projection);
    if (before !== undefined && (await before).name === entry.copy) return before;
    const opening = this.open(projection, entry);
    this.opened.set(projection, opening);
    try {
      await opening;
    } catch (error) {
      // Whoever asks next tries again: a database that is away does not stay so.
      if (this.opened.get(projection) === opening) this.restore(projection, before);
      throw error;
    }
    // Readers of the old copy may still be at it; it is closed when they are surely done.
    if (before !== undefined) closeLater(before);
    return opening;
  }

  /** From now on everybody uses this copy. One step: a row of the catalog. */
  async use(projection: ProjectionName, copy: string): Promise<void> {
    const version = projectionVersions[projection];
    const set = await this.set();
    await set.write([{ table: copiesTable, put: [[projection, copy, version]] }]);
    this.lookedAt.delete(projection);
  }

  /** The copies in use may be others now. */
  lookAgain(): void {
    this.lookedAt.clear();
  }

  async close(): Promise<void> {
    for (const opened of this.opened.values()) await (await opened).copy.close();
    this.opened.clear();
    await (await this.tables?.catch(() => undefined))?.close();
    await this.database.close();
  }

  /** Projections whose copy in use was made by another version of them. */
  async outdated(): Promise<readonly ProjectionName[]> {
    const outdated: ProjectionName[] = [];
    for (const projection of projectionNames) {
      if ((await this.freshCopyOf(projection)).isOutdated) outdated.push(projection);
    }
    return outdated;
  }

  private restore(projection: ProjectionName, before: Promise<CopyInUse> | undefined): void {
    if (before === undefined) this.opened.delete(projection);
    else this.opened.set(projection, before);
  }

  private async entryOf(projection: ProjectionName): Promise<{ copy: string; version: number }> {
    const { db } = await this.set();
    const entry = await db
      .selectFrom('copies')
      .select(['copy', 'version'])
      .where('projection', '=', projection)
      .executeTakeFirst();
    if (entry !== undefined) return entry;
    const first = { copy: `${projection}-1`, version: projectionVersions[projection] };
    await this.use(projection, first.copy);
    return first;
  }

  private async open(
    projection: ProjectionName,
    { copy: name, version }: { readonly copy: string; readonly version: number },
  ): Promise<CopyInUse> {
    const isOutdated = version !== projectionVersions[projection];
    // What has another shape is only read; today's tables and indexes have no place in it.
    const tables = isOutdated ? [] : tablesOf[projection];
    return { name, isOutdated, copy: await this.database.openCopy(name, tables, 'live') };
  }
}

const CLOSE_AFTER_MS = 60_000;

function closeLater(copy: Promise<CopyInUse>): void {
  const close = async (): Promise<void> => (await copy).copy.close();
  setTimeout(() => void close(), CLOSE_AFTER_MS).unref();
}
