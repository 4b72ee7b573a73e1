import { emptyRoot, nodeHash, perfectRoot } from './hashes.js';
import { fullTiles, TILE_WIDTH, type Tile } from './tiles.js';

/** A Merkle tree that grows at its right edge, of which it holds only the unfinished tile of each level. */
export class GrowingTree {
  private leaves = 0;
  /** The hashes of the unfinished tile of each level. */
  private readonly edges: Uint8Array[][] = [[]];

  get size(): number {
    return this.leaves;
  }

  /** @param finished gets each tile that the leaf completes */
  append(leaf: Uint8Array, finished: (tile: Tile) => void = () => undefined): void {
    this.leaves++;
    let hash = leaf;
    for (let level = 0; ; level++) {
      const edge = (this.edges[level] ??= []);
      edge.push(hash);
      if (edge.length < TILE_WIDTH) return;
      const number = fullTiles(this.leaves, level) - 1;
      finished({ level, number, hashes: Buffer.concat(edge) });
      // A copy: a hash in pooled memory would hold 64 KiB for as long as its tile is unfinished.
      hash = Uint8Array.from(perfectRoot(edge));
      this.edges[level] = [];
    }
  }

  /** Returns the unfinished tiles, which the next leaves change. */
  unfinished(): readonly Tile[] {
    return this.edges.flatMap((edge, level) =>
      edge.length === 0
        ? []
        : [{ level, number: fullTiles(this.leaves, level), hashes: Buffer.concat(edge) }],
    );
  }

  root(): Uint8Array {
    const parts = this.edges.toReversed().flatMap(perfectParts);
    const last = parts.pop();
    return last === undefined
      ? emptyRoot()
      : parts.reduceRight((right, left) => nodeHash(left, right), last);
  }
}

/** Returns the roots of the perfect subtrees that fit into the hashes, the largest first. */
function perfectParts(hashes: readonly Uint8Array[]): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let count = TILE_WIDTH / 2; count >= 1; count /= 2) {
    if (start + count > hashes.length) continue;
    parts.push(perfectRoot(hashes.slice(start, start + count)));
    start += count;
  }
  return parts;
}
