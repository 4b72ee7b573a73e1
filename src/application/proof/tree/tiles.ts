import { HASH_BYTES } from './hashes.js';

/** Hashes of a full tile, and entries of a full bundle (C2SP tlog-tiles). */
export const TILE_WIDTH = 256;
/** A tile covers this many levels of the tree. */
export const TILE_HEIGHT = 8;
/** The highest level of a tile that a path may name. */
const LEVEL_MAX = 63;

/** The place of a tile: level 0 holds the hashes of leaves, each level above the roots of full tiles below. */
export interface TilePlace {
  readonly level: number;
  readonly number: number;
}

export interface Tile extends TilePlace {
  /** One to 256 hashes, one after the other. */
  readonly hashes: Buffer;
}

/** Reads the tile, with at least `width` hashes. */
export type ReadTile = (place: TilePlace, width: number) => Promise<Uint8Array>;

/** Returns the width of the unfinished tile of a level, 0 to 255, in a tree of so many leaves. */
export const edgeWidth = (size: number, level: number): number =>
  Math.floor(size / TILE_WIDTH ** level) % TILE_WIDTH;

/** Returns the number of full tiles of a level in a tree of so many leaves. */
export const fullTiles = (size: number, level: number): number =>
  Math.floor(size / TILE_WIDTH ** (level + 1));

export const hashesOf = (tile: Uint8Array): readonly Buffer[] => {
  const bytes = Buffer.from(tile.buffer, tile.byteOffset, tile.byteLength);
  return Array.from({ length: tile.byteLength / HASH_BYTES }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
};

/** A tile or bundle that a path names. `width` is 256 for a full one. */
export interface NamedTile {
  readonly kind: number | 'entries';
  readonly number: number;
  readonly width: number;
}

const PATH =
  /^(?<kind>\d{1,2}|entries)\/(?<groups>(?:x\d{3}\/){0,4}\d{3})(?:\.p\/(?<width>\d{1,3}))?$/;

/** Reads what follows `tile/` in a path, for example `0/x001/x234/067` or `entries/000.p/12`. */
export function parseTilePath(path: string): NamedTile | undefined {
  const { kind = '', groups = '', width } = PATH.exec(path)?.groups ?? {};
  if (groups === '') return undefined;
  const named = {
    kind: kind === 'entries' ? kind : Number(kind),
    number: Number(groups.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  } as const;
  // One tile has one name: no leading zeroes, no needless groups.
  const isCanonical = tilePath(named) === path;
  const isKnown = named.kind === 'entries' || named.kind <= LEVEL_MAX;
  return isCanonical && isKnown && named.width >= 1 ? named : undefined;
}

export function tilePath({ kind, number, width }: NamedTile): string {
  const digits = String(number);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const last = groups.pop() ?? '000';
  const partial = width === TILE_WIDTH ? '' : `.p/${width}`;
  return `${kind}/${groups.map((group) => `x${group}/`).join('')}${last}${partial}`;
}
