/** The memory use of the service at one moment. */
export interface Sample {
  /** Milliseconds since the load began. */
  readonly ms: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
}

/** Returns the growth of a value per minute: the slope of the least-squares line through all samples. */
export function slopePerMinute(samples: readonly Sample[], read: (one: Sample) => number): number {
  const meanOf = (numbers: readonly number[]): number =>
    numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const meanMs = meanOf(samples.map(({ ms }) => ms));
  const meanValue = meanOf(samples.map(read));
  const together = samples.reduce(
    (sum, one) => sum + (one.ms - meanMs) * (read(one) - meanValue),
    0,
  );
  const spread = samples.reduce((sum, { ms }) => sum + (ms - meanMs) ** 2, 0);
  return (together / spread) * 60_000;
}
