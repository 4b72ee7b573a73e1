/**
 * Times to delivery, counted in buckets whose bounds grow by a fixed factor. Two histograms are merged by
 * adding their counts, so any roll-up yields the same percentiles as the raw times would, within
 * `RELATIVE_ERROR_MAX`.
 */

/** As quick as this, or quicker, is bucket 0: clocks of two parties agree no better. */
const LOWEST_MS = 100;
const GROWTH = 1.065;
export const BUCKETS = 256;

/** A percentile is at most this far from the true one, relatively, above 100 ms and up to ten days. */
export const RELATIVE_ERROR_MAX = Math.sqrt(GROWTH) - 1;

const LOG_GROWTH = Math.log(GROWTH);

/** The bucket of a time. Negative times (clocks differ) count as 0. */
export function bucketOf(milliseconds: number): number {
  if (!(milliseconds > LOWEST_MS)) return 0;
  const bucket = Math.ceil(Math.log(milliseconds / LOWEST_MS) / LOG_GROWTH);
  return Math.min(bucket, BUCKETS - 1);
}

/** The geometric middle of a bucket, milliseconds. */
export function bucketMiddleMs(bucket: number): number {
  return bucket === 0 ? LOWEST_MS / 2 : LOWEST_MS * GROWTH ** (bucket - 0.5);
}

/**
 * The time that a share of all messages did not exceed, by nearest rank; null when nothing was counted.
 * @param counts by bucket
 * @param share 0 to 1
 */
export function percentileMs(counts: ArrayLike<number>, share: number): number | null {
  let total = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) total += counts[bucket] ?? 0;
  if (total === 0) return null;
  const rank = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    seen += counts[bucket] ?? 0;
    if (seen >= rank) return Math.round(bucketMiddleMs(bucket));
  }
  return null;
}
