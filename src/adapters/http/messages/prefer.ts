import { WAIT_SECONDS_MAX } from '../../../application/sending/await-outcome.js';

/**
 * Seconds that the caller will be kept waiting at most, from `Prefer: wait=N` (RFC 7240); undefined without it.
 * A preference that makes no sense is ignored, as the RFC asks.
 */
export function waitSecondsOf(prefer: string | undefined): number | undefined {
  const seconds = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,5})"?\s*(?:$|[,;])/i.exec(prefer ?? '')?.[1];
  return seconds === undefined ? undefined : Math.min(WAIT_SECONDS_MAX, Number(seconds));
}
