/** The limits and delays of retries after a transient failure. */
export interface RetryPolicy {
  /** Attempts of one message on one channel, the first included. 1 to 999. */
  readonly attemptsMax: number;
  /** Delay before the second attempt; doubles with every further one. */
  readonly firstDelayMs: number;
  readonly delayMsMax: number;
  /** A message that was first tried on a channel so long ago is not tried there again, whatever is left of its attempts. */
  readonly ageMsMax: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  attemptsMax: 8,
  firstDelayMs: 30_000,
  delayMsMax: 30 * 60_000,
  ageMsMax: 48 * 3_600_000,
};

/**
 * Exponential back-off with jitter: between half and all of the doubled delay, so that a crowd of messages that failed
 * together does not come back together. Never less than the other side asked for.
 * @param failures the number of failed attempts,
 * @param jitter uniform in [0, 1)
 */
export function retryDelayMs(
  policy: RetryPolicy,
  failures: number,
  jitter: number,
  askedForMs: number,
): number {
  const doubled = Math.min(policy.delayMsMax, policy.firstDelayMs * 2 ** (failures - 1));
  return Math.max(askedForMs, Math.round(doubled * (0.5 + jitter / 2)));
}
