import { readSegment, SEGMENT_MESSAGES_MAX } from '../facet-segment.js';
import { partitionPoint } from '../partition-point.js';
import type { Copy } from '../read-model-database.js';
import type { WantedFacets } from './known-facets.js';
import { segmentsBelow, type KeyRange, type ScanLimits } from './message-search-statements.js';

/** Segments that are read at once: a quarter of a megabyte. */
const CHUNK_SEGMENTS = 64;

/** A scan is given up where it needs so many times the looks that were to be expected... */
const LOOKS_PER_EXPECTED = 1.5;
/** ... and that many matches are missing already, which is not chance. */
const MISSING_MATCHES = 20;

/** What a scan found, newest first. */
export interface Scanned {
  readonly keys: readonly number[];
  /** When neither the page was full nor all was looked at. */
  readonly stopped?: {
    /** What is older than all it looked at is below this key. */
    readonly below: number;
    readonly looksLeft: number;
  };
}

/**
 * Looks at the facets of the newest messages in a range, and keeps the keys of those that are wanted. It ends early
 * where these are rarer than on the whole.
 */
export async function scanFacets(
  { db }: Copy,
  { ids, share }: WantedFacets,
  range: KeyRange,
  { rowsMax, looksMax }: ScanLimits,
): Promise<Scanned> {
  // There may be more than a call can have arguments.
  const isWanted = new Uint8Array(ids.reduce((one, other) => Math.max(one, other), 0) + 1);
  for (const id of ids) isWanted[id] = 1;
  const expectedOf = (looks: number): number => (looks * share) / LOOKS_PER_EXPECTED;
  const keys: number[] = [];
  let looksLeft = looksMax;
  let below = range.to;
  let chunk = Math.min(CHUNK_SEGMENTS, Math.ceil(rowsMax / share / SEGMENT_MESSAGES_MAX) + 1);
  for (;;) {
    const segments = await segmentsBelow(db, below, chunk).execute();
    for (const { from_key: start, content } of segments) {
      const { firstKey, steps, facetIds: facets } = readSegment(content);
      const newest = partitionPoint(
        steps.length,
        (index) => firstKey + (steps[index] ?? 0) < below,
      );
      const oldest = Math.max(0, newest - looksLeft);
      for (let index = newest - 1; index >= oldest; index--) {
        if (isWanted[facets[index] ?? 0] !== 1) continue;
        const key = firstKey + (steps[index] ?? 0);
        if (key < range.from) return { keys };
        keys.push(key);
        if (keys.length === rowsMax) return { keys };
      }
      looksLeft -= newest - oldest;
      if (oldest > 0) {
        return { keys, stopped: { below: firstKey + (steps[oldest] ?? 0), looksLeft } };
      }
      if (start <= range.from) return { keys };
      below = start;
      const missing = expectedOf(looksMax - looksLeft) - keys.length;
      if (looksLeft === 0 || missing > MISSING_MATCHES)
        return { keys, stopped: { below, looksLeft } };
    }
    if (segments.length < chunk) return { keys };
    chunk = CHUNK_SEGMENTS;
  }
}
