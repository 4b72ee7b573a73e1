import { aligned, arrays, widthOf, type Numbers, type Width } from './packed-numbers.js';

/** Created within a quarter of an hour, so many take 3,856 bytes: one page of a SQLite file. */
export const SEGMENT_MESSAGES_MAX = 640;

/** Where the first segment begins: at or below every key. */
export const LOWEST_KEY = Number.MIN_SAFE_INTEGER;

/** The facets of some messages that follow each other by time. Both columns have the same length. */
export interface FacetSegment {
  /** Ascending. */
  readonly keys: Float64Array;
  readonly facetIds: Uint32Array;
}

/** A stored segment, read where it stands: a search wants the keys of few of its messages. */
export interface StoredSegment {
  readonly firstKey: number;
  /** Of each key, from the first one. */
  readonly steps: Numbers;
  readonly facetIds: Numbers;
}

const HEADER_BYTES = 16;

/**
 * Packs a segment: as rows or index entries, as many messages would be looked at many times slower.
 *
 * Little-endian: the first key (float64), the number of messages (uint32), the width of each column (one
 * byte each) and two unused bytes; then the steps from the first key, and the facets, each as narrow as its widest value
 * allows. The steps come first, because they are never narrower, so that both begin at a multiple of their width.
 */
export function packSegment({ keys, facetIds }: FacetSegment): Uint8Array {
  const count = keys.length;
  const firstKey = keys[0] ?? 0;
  const steps = keys.map((key) => key - firstKey);
  const facetWidth = widthOf(facetIds, count);
  const stepWidth = Math.max(widthOf(steps, count), facetWidth) as Width;
  const bytes = new Uint8Array(HEADER_BYTES + count * (stepWidth + facetWidth));
  new Float64Array(bytes.buffer, 0, 1).set([firstKey]);
  new Uint32Array(bytes.buffer, 8, 1).set([count]);
  bytes.set([stepWidth, facetWidth], 12);
  new arrays[stepWidth](bytes.buffer, HEADER_BYTES, count).set(steps);
  new arrays[facetWidth](bytes.buffer, HEADER_BYTES + count * stepWidth, count).set(facetIds);
  return bytes;
}

export function readSegment(stored: Uint8Array): StoredSegment {
  const bytes = aligned(stored);
  const { byteOffset } = bytes;
  const buffer = bytes.buffer as ArrayBuffer;
  const [firstKey = 0] = new Float64Array(buffer, byteOffset, 1);
  const [count = 0] = new Uint32Array(buffer, byteOffset + 8, 1);
  const [stepWidth, facetWidth] = bytes.subarray(12, 14) as unknown as readonly [Width, Width];
  const at = byteOffset + HEADER_BYTES;
  return {
    firstKey,
    steps: new arrays[stepWidth](buffer, at, count),
    facetIds: new arrays[facetWidth](buffer, at + count * stepWidth, count),
  };
}

export function unpackSegment(stored: Uint8Array): FacetSegment {
  const { firstKey, steps, facetIds } = readSegment(stored);
  return {
    keys: Float64Array.from(steps, (step) => firstKey + step),
    facetIds: Uint32Array.from(facetIds),
  };
}
