import { pause } from '../../../application/pause.js';
import type { EventFeed } from '../../../application/ports/event-feed.js';
import type { Position, RecordedEvent } from '../../../application/ports/event-store.js';
import type { Logger } from '../../../application/ports/logger.js';
import {
  ProjectionMoved,
  type ProjectionName,
} from '../../../application/ports/projection-store.js';
import { allProjections } from '../../../application/projecting/all-projections.js';
import type { Projection } from '../../../application/projecting/projection.js';
import { projectionVersions } from '../../../application/projecting/versions.js';
import { catchUp, type RebuildProgress } from '../../../application/projecting/catch-up.js';
import { LOOK_AGAIN_MS, type Catalog, type CopyInUse, type Entry } from './catalog.js';
import { nextCopy, projectionOf } from './copy-names.js';
import { progressOf } from './progress.js';
import { storesOver } from '../projection-stores.js';
import { tablesOf } from '../tables.js';

/** The events of a ledger, from which read models are rebuilt. */
export type RebuildFeed = Pick<EventFeed, 'readAll'>;

interface Rebuilt {
  /** Number of applied events. */
  readonly events: number;
  /** The file holds nothing of people whom an event up to this position erased. */
  readonly searchedUpTo: Position | undefined;
}

/**
 * Builds a new copy of a projection beside the one in use, while that one is read and written, and then replaces it
 * in one step. A rebuild that is stopped or killed before that step changes nothing; what a killed one left is cleared away
 * within a minute. Of two at the same time the later one continues.
 * @returns the number of applied events
 * @throws RebuildOvertaken
 */
export async function rebuild(
  catalog: Catalog,
  feed: RebuildFeed,
  projection: ProjectionName,
  signal: AbortSignal,
  onProgress: (progress: RebuildProgress) => void = () => undefined,
): Promise<number> {
  const end = await catalog.database.beginRebuild();
  try {
    const { events, searchedUpTo } = await rebuildBeside(
      catalog,
      feed,
      projection,
      signal,
      onProgress,
    );
    await eraseBehindSwitch(catalog, feed, projection, searchedUpTo, signal);
    return events;
  } finally {
    await end();
  }
}

async function rebuildBeside(
  catalog: Catalog,
  feed: RebuildFeed,
  projection: ProjectionName,
  signal: AbortSignal,
  onProgress: (progress: RebuildProgress) => void,
): Promise<Rebuilt> {
  // The catalog replaces a lost copy by an empty one, which is then the one to replace.
  await catalog.freshCopyOf(projection);
  const replaced = await catalog.entryOf(projection);
  const { database } = catalog;
  const name = await clearAway(catalog, projection, replaced);
  const tables = tablesOf[projection];
  const copy = await database.openCopy(name, tables, 'rebuild');
  let mayBeInUse = false;
  try {
    const inUse = { name, isOutdated: false, isEmpty: false, copy };
    const running = projectionOver(projection, inUse);
    let hasErased = false;
    const watched = seenBy(feed, (event) => (hasErased ||= isErasure(event)));
    let events = await catchUp(watched, running, signal, onProgress);
    signal.throwIfAborted();
    await database.finishCopy(copy, tables);
    // The ledger has grown in the meantime; its follower does the rest.
    events += await catchUp(watched, running, signal);
    signal.throwIfAborted();
    const searchedUpTo = (await progressOf(copy))?.position;
    if (hasErased) {
      // Rows of an erased person may have been filled in before. SQLite leaves remnants of rows that it has moved.
      await copy.purge(signal);
      // The ledger has grown during the purge.
      events += await catchUp(feed, running, signal);
      signal.throwIfAborted();
    }
    mayBeInUse = true;
    const made = { copy: name, version: projectionVersions[projection] };
    mayBeInUse = await catalog.replace(projection, replaced.copy, made);
    if (!mayBeInUse) throw new RebuildOvertaken(projection);
    // A later rebuild may have cleared it away in the same moment. Each of the two looks after it has written, so one sees it.
    const isThere = (await database.copies()).includes(name);
    if (!isThere) {
      await catalog.replace(projection, name, replaced);
      throw new RebuildOvertaken(projection);
    }
    return { events, searchedUpTo };
  } catch (error) {
    signal.throwIfAborted();
    // A dropped table makes databases report various errors; an overtaking rebuild is their cause.
    await checkNotOvertaken(catalog, projection, name, replaced.copy);
    throw error;
  } finally {
    await copy.close();
    // Erasures do not reach an unused copy. If it cannot be dropped here, the projector drops it within a minute.
    if (!mayBeInUse) await database.dropCopy(name).catch(() => undefined);
  }
}

/**
 * Purges the copy in use of people who were erased around the switch: those erasures have purged the old copy only, because
 * processes notice a switch some time later. When it is stopped, the next erasure purges the whole file.
 */
async function eraseBehindSwitch(
  catalog: Catalog,
  feed: RebuildFeed,
  projection: ProjectionName,
  searchedUpTo: Position | undefined,
  signal: AbortSignal,
): Promise<void> {
  await pause(LOOK_AGAIN_MS, signal);
  const inUse = await catalog.freshCopyOf(projection);
  const running = projectionOver(projection, inUse);
  if (!(await hasErasure(feed, running.prefix, searchedUpTo, signal))) return;
  await catchUpBesideFollower(feed, running, signal);
  try {
    await inUse.copy.purge(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function hasErasure(
  feed: RebuildFeed,
  prefix: string,
  after: Position | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const options = { prefixes: [prefix], after, signal, readsPersonal: () => false };
  for await (const { events } of feed.readAll(options)) {
    if (events.some(isErasure)) return true;
  }
  return false;
}

async function catchUpBesideFollower(
  feed: RebuildFeed,
  running: Projection,
  signal: AbortSignal,
): Promise<void> {
  try {
    await catchUp(feed, running, signal);
  } catch (error) {
    if (!(error instanceof ProjectionMoved)) throw error;
    await catchUpBesideFollower(feed, running, signal);
  }
}

const isErasure = (recorded: RecordedEvent): boolean =>
  recorded.damage === undefined && recorded.event.type === 'PersonalDataErased';

/** The same feed, of which `see` sees each event. */
const seenBy = (feed: RebuildFeed, see: (event: RecordedEvent) => void): RebuildFeed => ({
  async *readAll(options) {
    for await (const batch of feed.readAll(options)) {
      for (const event of batch.events) see(event);
      yield batch;
    }
  },
});

function projectionOver(name: ProjectionName, copy: CopyInUse): Projection {
  // Only the store whose tables the copy has is used.
  const stores = storesOver(() => ({ current: async () => copy }));
  const found = allProjections(stores).find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`there is no projection ${name}`);
  return found;
}

/** Another rebuild of the same projection has cleared this copy away or has finished before it. */
export class RebuildOvertaken extends Error {
  override readonly name = 'RebuildOvertaken';

  constructor(projection: ProjectionName) {
    super(`Another rebuild of ${projection} has overtaken this one; what it made is used.`);
  }
}

async function checkNotOvertaken(
  catalog: Catalog,
  projection: ProjectionName,
  copy: string,
  replaced: string,
): Promise<void> {
  const isThere = (await catalog.database.copies()).includes(copy);
  const inUse = (await catalog.freshCopyOf(projection)).name;
  if (!isThere || inUse !== replaced) throw new RebuildOvertaken(projection);
}

/** Drops copies that are not in use, and returns the next copy's name. */
async function clearAway(
  catalog: Catalog,
  projection: ProjectionName,
  inUse: Entry,
): Promise<string> {
  const copies = await catalog.database.copies();
  for (const name of copies) {
    if (projectionOf(name) !== projection || name === inUse.copy) continue;
    await catalog.database.dropCopy(name);
    // An earlier rebuild may have put it in use meanwhile; this one makes another.
    await catalog.replace(projection, name, inUse);
  }
  return nextCopy(projection, copies);
}

/**
 * A new copy of the index may lack a uuid whose agenda entry is gone, and a stray report that is recorded then would
 * never be adopted. A new agenda makes all calls be checked again.
 */
export function withAgendaBehindIndex(
  projections: readonly ProjectionName[],
): readonly ProjectionName[] {
  if (!projections.includes('message-index')) return projections;
  const others = projections.filter((name) => name !== 'message-index' && name !== 'agenda');
  return ['message-index', 'agenda', ...others];
}

/**
 * Rebuilds the copies of another version of the software, one after the other.
 * @param onRebuilt called with the remaining ones as soon as a new copy is in use
 */
export async function rebuildOutdated(
  catalog: Catalog,
  feed: RebuildFeed,
  signal: AbortSignal,
  logger: Logger,
  onRebuilt: (remaining: readonly ProjectionName[]) => void = () => undefined,
): Promise<readonly ProjectionName[]> {
  const outdated = withAgendaBehindIndex(await catalog.outdated());
  for (const [index, projection] of outdated.entries()) {
    logger.info({ projection }, 'A read model is made anew from the ledger.');
    const events = await rebuild(catalog, feed, projection, signal);
    logger.info({ projection, events }, 'A read model was rebuilt and is in use.');
    onRebuilt(outdated.slice(index + 1));
  }
  return outdated;
}
