import { kindOf } from '../errors.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import { ThrottledLog } from '../throttled-log.js';

const PAUSE_MS = 1_000;

/**
 * Restarts a process that ends with a fault, until `signal` aborts: none of them may end the service. Where that happens between a
 * fault and the next try, the process is called once more to say that its turn is over: it said that it fails.
 */
export async function keepRunning(
  name: string,
  run: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  { monotonic, logger }: { readonly monotonic: MonotonicClock; readonly logger: Logger },
): Promise<void> {
  const log = new ThrottledLog(logger);
  if (signal.aborted) return;
  for (;;) {
    try {
      await run(signal);
      return;
    } catch (error) {
      if (signal.aborted) return;
      const sentence = 'A background process failed; it begins again.';
      log.error(kindOf(error), { process: name, error }, sentence);
      await monotonic.pause(PAUSE_MS, signal);
    }
  }
}
