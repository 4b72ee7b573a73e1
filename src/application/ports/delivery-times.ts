/** Times to delivery of all messages, as a cumulative histogram. */
export interface DeliveryTimeCounts {
  /** For each bound in the order of the question: messages that took no longer. */
  readonly within: readonly number[];
  /** Messages whose time is known. */
  readonly measured: number;
  /** Sum of their times, as exact as the buckets of `delivery-histogram.ts`. */
  readonly totalMs: number;
}

/** Counts times to delivery over the whole ledger. */
export interface DeliveryTimes {
  /** @param boundsMs in ascending order @throws ProjectorUnavailable */
  within(boundsMs: readonly number[]): Promise<DeliveryTimeCounts>;
}
