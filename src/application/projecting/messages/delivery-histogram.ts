import type { DeliveryTimeCounts } from '../../ports/delivery-times.js';

/**
 * Times to delivery, counted in buckets whose bounds grow by a fixed factor. Two histograms are merged by
 * adding their counts, so any roll-up yields the same percentiles as the raw times would, within
 * `RELATIVE_ERROR_MAX`.
 */

/** Upper bound of bucket 0: clocks of two parties agree no better. */
const LOWEST_MS = 100;
const GROWTH = 1.065;
export const BUCKETS = 257;

/** Counts times that cannot be true, such as a delivery before the send: they are in no percentile. */
export const IMPLAUSIBLE_BUCKET = 255;

/** Counts messages that a person called delivered: no carrier told the time. */
export const OPERATOR_BUCKET = 256;

/** A percentile is at most this far from the true one, relatively, above 100 ms and up to ten days. */
export const RELATIVE_ERROR_MAX = Math.sqrt(GROWTH) - 1;

const LOG_GROWTH = Math.log(GROWTH);

/** The bucket of a time. Negative times (clocks differ) count as 0. */
export function bucketOf(milliseconds: number): number {
  if (!(milliseconds > LOWEST_MS)) return 0;
  const bucket = Math.ceil(Math.log(milliseconds / LOWEST_MS) / LOG_GROWTH);
  return Math.min(bucket, IMPLAUSIBLE_BUCKET - 1);
}

/** The geometric middle of a bucket, milliseconds. */
export function bucketMiddleMs(bucket: number): number {
  return bucket === 0 ? LOWEST_MS / 2 : LOWEST_MS * GROWTH ** (bucket - 0.5);
}

/** Times to delivery of some messages. Percentiles are null when nothing was measured. */
export interface TimesToDelivery {
  /** Messages whose time is known. */
  readonly measured: number;
  /** Messages of which a time was told that cannot be true; they are in no percentile. */
  readonly implausible: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
}

const SHARES = [0.5, 0.95, 0.99] as const;

/** @param counts `BUCKETS` of them, by bucket @param first index of bucket 0 */
export function timesToDelivery(counts: ArrayLike<number>, first = 0): TimesToDelivery {
  const measured = sumOf(counts, first);
  const [p50Ms = null, p95Ms = null, p99Ms = null] = percentilesMs(counts, first, measured);
  const implausible = counts[first + IMPLAUSIBLE_BUCKET] ?? 0;
  return { measured, implausible, p50Ms, p95Ms, p99Ms };
}

/**
 * Returns the times that `SHARES` of all messages did not exceed, by nearest rank; none when nothing was counted.
 * @param total the sum of the counts of plausible times
 */
function percentilesMs(counts: ArrayLike<number>, first: number, total: number): readonly number[] {
  if (total === 0) return [];
  let bucket = 0;
  let seen = counts[first] ?? 0;
  return SHARES.map((share) => {
    const rank = Math.max(1, Math.ceil(share * total));
    while (seen < rank) seen += counts[first + ++bucket] ?? 0;
    return middlesMs[bucket] ?? 0;
  });
}

/**
 * Counts the plausible times up to each bound. A bucket counts where its middle lies.
 * @param boundsMs in ascending order
 */
export function countWithin(
  counts: ArrayLike<number>,
  first: number,
  boundsMs: readonly number[],
): DeliveryTimeCounts {
  const within = boundsMs.map(() => 0);
  let measured = 0;
  let totalMs = 0;
  for (let bucket = 0; bucket < IMPLAUSIBLE_BUCKET; bucket++) {
    const some = counts[first + bucket] ?? 0;
    if (some === 0) continue;
    const middleMs = bucketMiddleMs(bucket);
    measured += some;
    totalMs += some * middleMs;
    for (const [index, boundMs] of boundsMs.entries()) {
      if (middleMs <= boundMs) within[index] = (within[index] ?? 0) + some;
    }
  }
  return { within, measured, totalMs };
}

const middlesMs = Array.from({ length: BUCKETS }, (_, bucket) =>
  Math.round(bucketMiddleMs(bucket)),
);

function sumOf(counts: ArrayLike<number>, first: number): number {
  let sum = 0;
  for (let bucket = 0; bucket < IMPLAUSIBLE_BUCKET; bucket++) sum += counts[first + bucket] ?? 0;
  return sum;
}
