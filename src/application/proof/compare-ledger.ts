import type { LogStore } from '../ports/log-store.js';
import type { Position } from '../ports/event-store.js';
import type { StoredEvents } from '../ports/stored-events.js';
import { entryLeaf, entryOf, parseEntry, unpackEntries } from './log-entry.js';
import { LogCheck } from './log-check.js';
import { isSame } from './tree/check-proofs.js';
import { GrowingTree } from './tree/growing-tree.js';
import { HASH_BYTES } from './tree/hashes.js';
import { TILE_WIDTH } from './tree/tiles.js';

/** The first entry of a log that its ledger does not bear out. */
export interface Mismatch {
  /** Of the entry, counted from 0. */
  readonly index: number;
  /** The entry of the log, as text; undefined where the log has lost it. */
  readonly logged: string | undefined;
  /** The entries of the ledger from there on: at most two. */
  readonly found: readonly string[];
  /** The entry of the log behind it. */
  readonly next: string | undefined;
}

export interface Comparison {
  /** The tree of what the ledger holds, up to the first mismatch or to the size that was asked for. */
  readonly tree: GrowingTree;
  /** Position of the last event in that tree. */
  readonly position: Position | undefined;
  /** Position of the first event of each bundle. */
  readonly firstPositions: readonly Position[];
  readonly mismatch: Mismatch | undefined;
}

export interface CompareOptions {
  /** Number of events to read at most. */
  readonly size: number;
  /** Number of entries that the log holds: events behind them are not compared. */
  readonly loggedSize: number;
  readonly signal: AbortSignal;
  /** Called now and then with the number of events compared. */
  readonly onProgress?: (events: number) => void;
  /** Gets the tree after each event at which it has one of these sizes. */
  readonly at?: ReadonlyMap<number, (tree: GrowingTree) => void>;
  /** Gets the first place where entries or tiles of the log do not belong to the events, though these are as they were signed. */
  readonly onLogFault?: (fault: string) => void;
}

/** Computes the tree of a ledger anew, and compares it leaf by leaf with the one that was signed. */
export async function compareLedger(
  stored: Pick<StoredEvents, 'readAll'>,
  store: Pick<LogStore, 'tile' | 'bundle'> | undefined,
  { size, loggedSize, signal, onProgress, at, onLogFault }: CompareOptions,
): Promise<Comparison> {
  const tree = new GrowingTree();
  const firstPositions: Position[] = [];
  let position: Position | undefined;
  let tile: Uint8Array = new Uint8Array();
  let wrong: { readonly index: number; readonly entry: string } | undefined;
  const result = (mismatch: Mismatch | undefined): Comparison => ({
    tree,
    position,
    firstPositions,
    mismatch,
  });
  const check = onLogFault && store && new LogCheck(store, loggedSize, onLogFault);
  at?.get(0)?.(tree);
  for await (const { events } of stored.readAll({ signal })) {
    for (const event of events) {
      const index = tree.size;
      if (wrong !== undefined) {
        return result(await mismatchAt(store, wrong.index, [wrong.entry, entryOf(event)]));
      }
      if (index === size) return result(undefined);
      const at256 = index % TILE_WIDTH;
      if (at256 === 0) {
        tile = (await store?.tile(0, index / TILE_WIDTH)) ?? new Uint8Array();
        await check?.beginBundle(index / TILE_WIDTH);
        firstPositions.push(event.position);
      }
      const entry = entryOf(event);
      const leaf = entryLeaf(entry);
      const start = at256 * HASH_BYTES;
      if (index < loggedSize && !isSame(leaf, tile.subarray(start, start + HASH_BYTES))) {
        wrong = { index, entry };
        continue;
      }
      tree.append(leaf, check?.finished);
      check?.compare(entry, index);
      if (tree.size % TILE_WIDTH === 0 || tree.size === loggedSize) await check?.endBundle(tree);
      position = event.position;
      at?.get(tree.size)?.(tree);
    }
    onProgress?.(tree.size);
  }
  signal.throwIfAborted();
  if (wrong !== undefined) return result(await mismatchAt(store, wrong.index, [wrong.entry]));
  return result(tree.size >= loggedSize ? undefined : await mismatchAt(store, tree.size, []));
}

async function mismatchAt(
  store: Pick<LogStore, 'bundle'> | undefined,
  index: number,
  found: readonly string[],
): Promise<Mismatch> {
  const [logged, next] = await Promise.all([entryAt(store, index), entryAt(store, index + 1)]);
  return { index, logged, next, found };
}

/** Returns an entry of the log as text; undefined where the log has lost or damaged it. */
export async function entryAt(
  store: Pick<LogStore, 'bundle'> | undefined,
  index: number,
): Promise<string | undefined> {
  const bundle = await store?.bundle(Math.floor(index / TILE_WIDTH));
  if (bundle === undefined) return undefined;
  try {
    const entry = unpackEntries(bundle)[index % TILE_WIDTH];
    if (entry !== undefined) parseEntry(entry);
    return entry?.toString('utf8');
  } catch {
    return undefined;
  }
}
