import { ProjectorUnavailable } from '../../../application/errors.js';
import {
  projectionNames,
  type ProjectionName,
} from '../../../application/ports/projection-store.js';
import { projectionVersions } from '../../../application/projecting/versions.js';
import { EMPTY_VERSION, isOlder, nextCopy, projectionOf } from './copy-names.js';
import { ReadModelDamaged, type DamagedPart } from './damage.js';
import { type CatalogTables, tablesOf } from '../tables.js';
import type { Copy, ReadModelDatabase, TableSet } from './read-model-database.js';

/** A switch by another process is noticed within this time. */
export const LOOK_AGAIN_MS = 200;

export interface CopyInUse {
  readonly name: string;
  /** True for a copy by another version of its projection, or an empty one: it waits to be rebuilt. */
  readonly isOutdated: boolean;
  /** True for a copy that replaces a damaged or lost one; nothing is written into it. */
  readonly isEmpty: boolean;
  readonly copy: Copy;
}

/** The copy in use of a projection, as the catalog names it. */
export interface Entry {
  readonly copy: string;
  readonly version: number;
}

/** Called for each damaged file, once it is replaced. `part` is a projection, or `catalog`. */
export type OnDamage = (part: string, reason: string) => void;

/** Tracks which copy of each projection is in use, and opens it. */
export class Catalog {
  private readonly opened = new Map<ProjectionName, Promise<CopyInUse>>();
  private readonly lookedAt = new Map<ProjectionName, number>();

  private tables: Promise<TableSet<CatalogTables>> | undefined;

  private constructor(
    readonly database: ReadModelDatabase,
    private readonly onDamage: OnDamage,
  ) {
    database.files?.onDamage((part, reason) => this.metDamage(part, reason));
  }

  /** A database that is temporarily unreachable is opened on first use. */
  static async open(
    database: ReadModelDatabase,
    onDamage: OnDamage = () => undefined,
  ): Promise<Catalog> {
    const catalog = new Catalog(database, onDamage);
    try {
      await catalog.prepare();
    } catch (error) {
      await catalog.close();
      throw error;
    }
    return catalog;
  }

  /** The catalog's own tables. */
  set(): Promise<TableSet<CatalogTables>> {
    const { files } = this.database;
    if (this.tables !== undefined && files?.isCatalogReplaced() === true) {
      closeLater(this.tables);
      this.tables = undefined;
    }
    this.tables ??= this.openCatalog().catch((error: unknown) => {
      this.tables = undefined;
      throw error;
    });
    return this.tables;
  }

  /** Returns the copy in use. It may have been replaced a moment ago. */
  async copyOf(projection: ProjectionName): Promise<CopyInUse> {
    const age = performance.now() - (this.lookedAt.get(projection) ?? -Infinity);
    const opened = this.opened.get(projection);
    return opened !== undefined && age < LOOK_AGAIN_MS ? opened : this.freshCopyOf(projection);
  }

  /** Like `copyOf`, for callers that must not take an empty copy for an answer. @throws ProjectorUnavailable */
  async filledCopyOf(projection: ProjectionName): Promise<CopyInUse> {
    const inUse = await this.copyOf(projection);
    if (!inUse.isEmpty) return inUse;
    throw new ProjectorUnavailable(`${projection} is being made anew from the ledger`);
  }

  /** Returns the copy in use, read from the catalog now. */
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
      // The next caller tries again: an unreachable database may come back.
      if (this.opened.get(projection) === opening) this.restore(projection, before);
      throw error;
    }
    // The old copy may still have readers; it is closed after they have surely finished.
    if (before !== undefined) closeLater(before.then(({ copy }) => copy));
    return opening;
  }

  /**
   * Switches all readers and writers to another copy in one step: a row of the catalog.
   * @returns false when the copy that it is to replace is not in use any more
   */
  async replace(projection: ProjectionName, replaced: string, entry: Entry): Promise<boolean> {
    const { db } = await this.set();
    const switched = await db
      .updateTable('copies')
      .set(entry)
      .where('projection', '=', projection)
      .where('copy', '=', replaced)
      .returning('copy')
      .execute();
    this.lookedAt.delete(projection);
    return switched.length > 0;
  }

  /**
   * Drops the copies that were replaced, and those that a killed rebuild has left: an erasure changes only the copy in use. The
   * copy of a running rebuild stays, because the rebuild purges it itself.
   */
  async dropUnused(projection: ProjectionName): Promise<void> {
    const unused = await this.unused(projection);
    for (const { copy, isReplaced } of unused) {
      if (isReplaced) await this.database.dropCopy(copy);
    }
    if (unused.every(({ isReplaced }) => isReplaced)) return;
    await this.database.unlessRebuilding(async () => {
      // A rebuild may have put one in use in the meantime.
      for (const { copy } of await this.unused(projection)) await this.database.dropCopy(copy);
    });
  }

  private async unused(
    projection: ProjectionName,
  ): Promise<readonly { readonly copy: string; readonly isReplaced: boolean }[]> {
    const { name } = await this.freshCopyOf(projection);
    return (await this.database.copies())
      .filter((copy) => projectionOf(copy) === projection && copy !== name)
      .map((copy) => ({ copy, isReplaced: isOlder(copy, name) }));
  }

  /** Makes the next use read the catalog again, because the copies in use may have changed. */
  lookAgain(): void {
    this.lookedAt.clear();
  }

  async close(): Promise<void> {
    for (const opened of this.opened.values()) await (await opened).copy.close();
    this.opened.clear();
    await (await this.tables?.catch(() => undefined))?.close();
    await this.database.close();
  }

  /** Returns the projections whose copy in use was made by another version of them, or is empty. */
  outdated(): Promise<readonly ProjectionName[]> {
    return this.which(({ isOutdated }) => isOutdated);
  }

  /** Returns the projections whose copy was damaged or lost. */
  empty(): Promise<readonly ProjectionName[]> {
    return this.which(({ isEmpty }) => isEmpty);
  }

  /** Replaces a damaged copy with an empty one, unless it is no longer in use. */
  async replaceDamaged(copy: string, reason: string): Promise<void> {
    const projection = projectionOf(copy);
    if (projection === undefined) return;
    const name = nextCopy(projection, [...(await this.database.copies()), copy]);
    await this.create(projection, name);
    const entry = { copy: name, version: EMPTY_VERSION };
    if (await this.replace(projection, copy, entry)) this.onDamage(projection, reason);
  }

  private async prepare(): Promise<void> {
    try {
      await this.set();
    } catch (error) {
      if (!this.database.isUnavailable(error)) throw error;
    }
    // Done before other threads start: two that both create a copy would each take the other's for a lost one.
    if (this.database.files === undefined) return;
    for (const projection of projectionNames) await this.entryOf(projection);
  }

  private async which(is: (inUse: CopyInUse) => boolean): Promise<readonly ProjectionName[]> {
    const found: ProjectionName[] = [];
    for (const projection of projectionNames) {
      if (is(await this.freshCopyOf(projection))) found.push(projection);
    }
    return found;
  }

  private restore(projection: ProjectionName, before: Promise<CopyInUse> | undefined): void {
    if (before === undefined) this.opened.delete(projection);
    else this.opened.set(projection, before);
  }

  private async openCatalog(): Promise<TableSet<CatalogTables>> {
    try {
      return await this.database.openCatalog();
    } catch (error) {
      if (!(error instanceof ReadModelDamaged)) throw error;
      this.database.files?.dropCatalog();
      const opened = await this.database.openCatalog();
      this.onDamage('catalog', error.reason);
      return opened;
    }
  }

  private metDamage(part: DamagedPart, reason: string): void {
    if (part !== 'catalog') {
      // After a failure here, the next use of the copy meets the damage again.
      void this.replaceDamaged(part.copy, reason).catch(() => undefined);
      return;
    }
    // Another thread may have replaced it already.
    if (this.database.files?.isCatalogReplaced() !== false) return;
    this.database.files.dropCatalog();
    this.lookAgain();
    this.onDamage('catalog', reason);
  }

  /** Reads the catalog, and adds the first copy where it names none. */
  async entryOf(projection: ProjectionName): Promise<Entry> {
    const known = await this.knownEntry(projection);
    if (known !== undefined) return known;
    const first = await this.firstEntry(projection);
    // The copy is created before its entry: an entry without a copy means that the copy was lost.
    if (this.database.files !== undefined) await this.create(projection, first.copy);
    const { db } = await this.set();
    await db
      .insertInto('copies')
      .values({ projection, ...first })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return (await this.knownEntry(projection)) ?? first;
  }

  private async knownEntry(projection: ProjectionName): Promise<Entry | undefined> {
    const { db } = await this.set();
    return db
      .selectFrom('copies')
      .select(['copy', 'version'])
      .where('projection', '=', projection)
      .executeTakeFirst();
  }

  /** Copies of a lost catalog cannot be trusted: only the catalog knew which of them is complete. */
  private async firstEntry(projection: ProjectionName): Promise<Entry> {
    const isFile = this.database.files !== undefined;
    const copies = isFile ? await this.database.copies() : [];
    const hasBeen = copies.some((name) => projectionOf(name) === projection);
    if (hasBeen) this.onDamage(projection, 'the catalog does not know which copy is whole');
    const version = hasBeen ? EMPTY_VERSION : projectionVersions[projection];
    return { copy: nextCopy(projection, copies), version };
  }

  private async create(projection: ProjectionName, copy: string): Promise<void> {
    const created = await this.database.openCopy(copy, tablesOf[projection], 'live');
    await created.close();
  }

  private async open(projection: ProjectionName, entry: Entry): Promise<CopyInUse> {
    try {
      if (entry.version === EMPTY_VERSION || this.database.files?.isLost(entry.copy) !== true) {
        return await this.openAsItIs(projection, entry);
      }
      await this.replaceDamaged(entry.copy, 'its file is gone or empty');
    } catch (error) {
      if (!(error instanceof ReadModelDamaged)) throw error;
      await this.replaceDamaged(entry.copy, error.reason);
    }
    return this.openAsItIs(projection, await this.entryOf(projection));
  }

  private async openAsItIs(
    projection: ProjectionName,
    { copy: name, version }: Entry,
  ): Promise<CopyInUse> {
    const isEmpty = version === EMPTY_VERSION;
    const isOutdated = version !== projectionVersions[projection];
    // An outdated copy is only read; today's tables and indexes do not fit its shape.
    const tables = isOutdated && !isEmpty ? [] : tablesOf[projection];
    const copy = await this.database.openCopy(name, tables, 'live');
    return { name, isOutdated, isEmpty, copy };
  }
}

const CLOSE_AFTER_MS = 60_000;

function closeLater(opened: Promise<{ close(): Promise<void> }>): void {
  const close = async (): Promise<void> => (await opened).close();
  setTimeout(() => void close().catch(() => undefined), CLOSE_AFTER_MS).unref();
}
