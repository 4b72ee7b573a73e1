import { isTransient } from '../errors.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';

/** The longest pause between two tries to record Vonage's answer. */
const RECORD_PAUSE_MS_MAX = 2_000;
/** Tries after the end of the turn or of the process: seven seconds, of the 30 that a stop may take. */
const LAST_TRIES_MAX = 6;

export interface Patience {
  readonly monotonic: MonotonicClock;
  readonly logger: Logger;
}

/**
 * Retries while the ledger is unavailable, because only this process knows Vonage's answer. `Timers` may have recorded
 * the attempt as unknown by then; the answer settles it.
 * @param work may be repeated
 * @param signal the end of the turn, or of the process. What cut this instance off mostly lasts for seconds, so some more tries follow
 * @throws after those, and for errors that waiting does not mend
 */
export async function patiently(
  work: () => Promise<unknown>,
  facts: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
  { monotonic, logger }: Patience,
): Promise<void> {
  let lastTries = 0;
  for (let failures = 1; ; failures++) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isTransient(error)) throw error;
      if (signal.aborted && lastTries++ === LAST_TRIES_MAX) throw error;
      if (failures === 1) {
        logger.warn({ ...facts, error }, 'An answer waits until the ledger can record it.');
      }
      const pauseMs = Math.min(RECORD_PAUSE_MS_MAX, 100 * 2 ** failures);
      await monotonic.pause(pauseMs, signal.aborted ? new AbortController().signal : signal);
    }
  }
}
