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

function halvesOf({ start, end }: Range): readonly [left: Range, right: Range] {
  const middle = start + splitOf(end - start);
  return [
    { start, end: middle },
    { start: middle, end },
  ];
}

function pathTo(index: number, range: Range): readonly Range[] {
  if (range.end - range.start === 1) return [];
  const [left, right] = halvesOf(range);
  return index < left.end ? [...pathTo(index, left), right] : [...pathTo(index, right), left];
}

/** @param isWhole true while the old tree is known to whoever checks, so that its root need not be given */
function subproof(oldSize: number, range: Range, isWhole: boolean): readonly Range[] {
  if (oldSize === range.end) return isWhole ? [] : [range];
  const [left, right] = halvesOf(range);
  return oldSize <= left.end
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

async function hashOfRange(range: Range, readTile: ReadTile): Promise<Uint8Array> {
  const { start, end } = range;
  const count = end - start;
  if (count === 1 || splitOf(count) * 2 === count) return hashOfPerfect(start, count, readTile);
  const [left, right] = halvesOf(range);
  return nodeHash(await hashOfRange(left, readTile), await hashOfRange(right, readTile));
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
