import { emptyRoot, HASH_BYTES, nodeHash, perfectRoot, splitOf } from './hashes.js';
import { hashesOf, TILE_HEIGHT, TILE_WIDTH, type ReadTile } from './tiles.js';

/** A part of a tree's leaves: from `start` (inclusive) to `end` (exclusive). */
interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Proves that the leaf at `index` is in the tree of the first `size` leaves (RFC 6962, section 2.1.1).
 * @returns hashes from the leaf's sibling up to the child of the root
 */
export function inclusionProof(
  index: number,
  size: number,
  readTile: ReadTile,
): Promise<readonly Uint8Array[]> {
  if (!(index >= 0 && index < size)) throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  return hashesOfRanges(pathTo(index, { start: 0, end: size }), readTile);
}

/** Proves that the tree of `oldSize` leaves is the beginning of that of `size` (RFC 6962, section 2.1.2). */
export function consistencyProof(
  oldSize: number,
  size: number,
  readTile: ReadTile,
): Promise<readonly Uint8Array[]> {
  if (!(oldSize >= 0 && oldSize <= size)) throw new RangeError(`${oldSize} is beyond ${size}`);
  if (oldSize === 0) return Promise.resolve([]);
  return hashesOfRanges(subproof(oldSize, { start: 0, end: size }, true), readTile);
}

/** Returns the root of the first `size` leaves of a stored tree. */
export const rootFromTiles = async (size: number, readTile: ReadTile): Promise<Uint8Array> =>
  size === 0 ? emptyRoot() : hashOfRange({ start: 0, end: size }, readTile);

function pathTo(index: number, { start, end }: Range): readonly Range[] {
  if (end - start === 1) return [];
  const middle = start + splitOf(end - start);
  const [left, right] = [
    { start, end: middle },
    { start: middle, end },
  ];
  return index < middle ? [...pathTo(index, left), right] : [...pathTo(index, right), left];
}

/** @param isWhole true while the old tree is known to whoever checks, so that its root need not be given */
function subproof(oldSize: number, { start, end }: Range, isWhole: boolean): readonly Range[] {
  if (oldSize === end) return isWhole ? [] : [{ start, end }];
  const middle = start + splitOf(end - start);
  const [left, right] = [
    { start, end: middle },
    { start: middle, end },
  ];
  return oldSize <= middle
    ? [...subproof(oldSize, left, isWhole), right]
    : [...subproof(oldSize, right, false), left];
}

async function hashesOfRanges(
  ranges: readonly Range[],
  readTile: ReadTile,
): Promise<readonly Uint8Array[]> {
  const hashes: Uint8Array[] = [];
  for (const range of ranges) hashes.push(await hashOfRange(range, readTile));
  return hashes;
}

async function hashOfRange({ start, end }: Range, readTile: ReadTile): Promise<Uint8Array> {
  const count = end - start;
  const split = splitOf(count);
  if (count === 1 || split * 2 === count) return hashOfPerfect(start, count, readTile);
  const middle = start + split;
  const left = await hashOfRange({ start, end: middle }, readTile);
  return nodeHash(left, await hashOfRange({ start: middle, end }, readTile));
}

/** @param count a power of two that divides `start` */
async function hashOfPerfect(
  start: number,
  count: number,
  readTile: ReadTile,
): Promise<Uint8Array> {
  const level = Math.floor(Math.log2(count) / TILE_HEIGHT);
  const leavesOfHash = TILE_WIDTH ** level;
  const first = start / leavesOfHash;
  const offset = first % TILE_WIDTH;
  const width = offset + count / leavesOfHash;
  const tile = await readTile({ level, number: Math.floor(first / TILE_WIDTH) }, width);
  return perfectRoot(hashesOf(tile.subarray(offset * HASH_BYTES, width * HASH_BYTES)));
}
