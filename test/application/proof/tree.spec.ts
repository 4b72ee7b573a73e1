import * as fc from 'fast-check';
import { hash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { verifyMerkleInclusion } from '@sigstore/verify/dist/tlog/merkle.js';
import { isConsistent, rootOfInclusion } from '../../../src/application/proof/tree/check-proofs.js';
import { GrowingTree } from '../../../src/application/proof/tree/growing-tree.js';
import { leafHash } from '../../../src/application/proof/tree/hashes.js';
import {
  consistencyProof,
  inclusionProof,
  rootFromTiles,
} from '../../../src/application/proof/tree/proofs.js';
import {
  edgeWidth,
  fullTiles,
  parseTilePath,
  tilePath,
  TILE_WIDTH,
  type ReadTile,
  type Tile,
} from '../../../src/application/proof/tree/tiles.js';
import { eventually } from '../../support/watching/eventually.js';

/** The tree of the test vectors of Certificate Transparency (RFC 6962), and its roots by size. */
const vectorEntries = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const vectorRoots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const entryOf = (index: number): Buffer => Buffer.from(`entry ${index}`);

/** A tree whose tiles are kept, as a store keeps them. */
class KeptTree {
  readonly tree = new GrowingTree();
  readonly roots = [this.tree.root()];
  private readonly tiles = new Map<string, Uint8Array>();

  constructor(size: number) {
    for (let index = 0; index < size; index++) {
      this.tree.append(leafHash(entryOf(index)), this.keep);
      this.roots.push(this.tree.root());
    }
    this.tree.unfinished().forEach(this.keep);
  }

  private readonly keep = ({ level, number, hashes }: Tile): void =>
    void this.tiles.set(`${level}/${number}`, hashes);

  readonly readTile: ReadTile = async ({ level, number }) => {
    const tile = this.tiles.get(`${level}/${number}`);
    if (tile === undefined) throw new Error(`no tile ${level}/${number}`);
    return tile;
  };
}

/** The definition of RFC 6962, section 2.1, word by word. */
function rootByDefinition(leaves: readonly Uint8Array[]): Uint8Array {
  const [first] = leaves;
  if (first === undefined) return hash('sha256', '', 'buffer');
  if (leaves.length === 1) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)].map(rootByDefinition);
  return hash('sha256', Buffer.concat([Buffer.of(1), left as Buffer, right as Buffer]), 'buffer');
}

const SIZE = 1_500;
const kept = new KeptTree(SIZE);

it('has the roots of the test vectors of RFC 6962', () => {
  const tree = new GrowingTree();
  const roots = [hex(tree.root())];
  for (const entry of vectorEntries) {
    tree.append(leafHash(Buffer.from(entry, 'hex')));
    roots.push(hex(tree.root()));
  }
  expect(roots).toEqual(vectorRoots);
});

it('has the root that the definition gives, across the edges of tiles', () => {
  for (const size of [1, 2, 255, 256, 257, 511, 512, 513, 1_025, SIZE]) {
    const leaves = Array.from({ length: size }, (_, index) => leafHash(entryOf(index)));
    expect([size, hex(kept.roots[size] as Buffer)]).toEqual([size, hex(rootByDefinition(leaves))]);
  }
});

/** The memory of all buffers that are in use. */
function bufferBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().arrayBuffers;
}

it('holds no more memory than the hashes of its unfinished tiles take', async () => {
  const before = bufferBytes();
  const tree = new GrowingTree();
  for (let index = 0; index < 200 * TILE_WIDTH; index++) tree.append(leafHash(entryOf(index)));
  // A collection frees buffers a little later, those of tests before this one too.
  await eventually(() => bufferBytes() - before < 1_000_000);
  expect(tree.unfinished()).toHaveLength(1);
});

it('reads the root of any earlier size from its tiles', async () => {
  for (const size of [0, 1, 3, 256, 257, 770, SIZE]) {
    expect(hex(await rootFromTiles(size, kept.readTile))).toBe(hex(kept.roots[size] as Buffer));
  }
});

const sizeAndIndex = fc
  .integer({ min: 1, max: SIZE })
  .chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 0, max: size - 1 })));

describe('a proof of inclusion', () => {
  it('is accepted by sigstore and by ourselves, and refused for another entry', async () => {
    await fc.assert(
      fc.asyncProperty(sizeAndIndex, async ([size, index]) => {
        const hashes = await inclusionProof(index, size, kept.readTile);
        const root = kept.roots[size] as Buffer;
        verifyBySigstore(entryOf(index), { index, size, hashes, root });
        expect(() => verifyBySigstore(entryOf(index + 1), { index, size, hashes, root })).toThrow(
          'calculated root hash does not match',
        );
        const leaf = leafHash(entryOf(index));
        expect(rootOfInclusion({ leaf, index, size, proof: hashes })).toEqual(Buffer.from(root));
        const longer = [...hashes, leaf];
        expect(rootOfInclusion({ leaf, index, size, proof: longer })).toBeUndefined();
      }),
    );
  });
});

function verifyBySigstore(
  entry: Buffer,
  proof: {
    readonly index: number;
    readonly size: number;
    readonly hashes: readonly Uint8Array[];
    readonly root: Uint8Array;
  },
): void {
  const { index, size, root } = proof;
  const hashes = proof.hashes.map((one) => Buffer.from(one));
  verifyMerkleInclusion(
    { canonicalizedBody: entry, inclusionProof: { logIndex: String(index), hashes } } as never,
    { logSize: BigInt(size), logHash: Buffer.from(root) } as never,
  );
}

describe('a proof of consistency', () => {
  it('is accepted for every beginning, and refused for another one', async () => {
    await fc.assert(
      fc.asyncProperty(sizeAndIndex, async ([size, oldSize]) => {
        const proof = await consistencyProof(oldSize, size, kept.readTile);
        const [oldRoot, root] = [kept.roots[oldSize] as Buffer, kept.roots[size] as Buffer];
        const claim = { oldSize, oldRoot, size, root, proof };
        expect(isConsistent(claim)).toBe(true);
        const other = Buffer.alloc(32, 7);
        expect(isConsistent({ ...claim, root: other })).toBe(oldSize === 0);
        expect(isConsistent({ ...claim, oldRoot: other })).toBe(oldSize === 0);
      }),
    );
  });

  it('leads from the example of RFC 6962 to its four hashes', async () => {
    expect(await consistencyProof(6, 7, kept.readTile)).toHaveLength(3);
    expect(await consistencyProof(4, 7, kept.readTile)).toHaveLength(1);
    expect(await consistencyProof(3, 7, kept.readTile)).toHaveLength(4);
  });
});

describe('the layout of tiles', () => {
  it('is that of the example in tlog-tiles: 70,000 entries', () => {
    expect([0, 1, 2].map((level) => [fullTiles(70_000, level), edgeWidth(70_000, level)])).toEqual([
      [273, 112],
      [1, 17],
      [0, 1],
    ]);
  });

  it('names tiles in groups of three digits', () => {
    const named = { kind: 0, number: 1_234_067, width: TILE_WIDTH } as const;
    expect(tilePath(named)).toBe('0/x001/x234/067');
    expect(tilePath({ ...named, kind: 'entries', number: 0, width: 7 })).toBe('entries/000.p/7');
  });

  it('reads the names that it gives, and no others', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
        fc.integer({ min: 0, max: 999_999_999 }),
        fc.integer({ min: 1, max: 256 }),
        (kind, number, width) => {
          const named = { kind, number, width };
          expect(parseTilePath(tilePath(named))).toEqual(named);
        },
      ),
    );
    for (const path of [
      '0/0',
      '00/000',
      '64/000',
      '0/x000/001',
      '0/1000',
      '0/000.p/256',
      '0/000.p/0',
      '0/000.p/07',
      'entries',
      '0/../000',
    ]) {
      expect([path, parseTilePath(path)]).toEqual([path, undefined]);
    }
  });
});
