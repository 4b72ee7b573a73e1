import { WAIT_SECONDS_MAX } from '../../../application/sending/await-outcome.js';

/**
 * Reads the longest wait in seconds from `Prefer: wait=N` (RFC 7240); undefined without it. An invalid preference is
 * ignored, as the RFC asks.
 */
export function waitSecondsOf(prefer: string | undefined): number | undefined {
  const seconds = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,5})"?\s*(?:$|[,;])/i.exec(prefer ?? '')?.[1];
  return seconds === undefined ? undefined : Math.min(WAIT_SECONDS_MAX, Number(seconds));
}
