import { kindOf } from '../errors.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';
import { ThrottledLog } from '../throttled-log.js';

const PAUSE_MS = 1_000;

/** Restarts a process that ends with a fault, until `signal` aborts: none of them may end the service. */
export async function keepRunning(
  name: string,
  run: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  { monotonic, logger }: { readonly monotonic: MonotonicClock; readonly logger: Logger },
): Promise<void> {
  const log = new ThrottledLog(logger);
  while (!signal.aborted) {
    try {
      await run(signal);
      return;
    } catch (error) {
      const sentence = 'A background process failed; it begins again.';
      log.error(kindOf(error), { process: name, error }, sentence);
      await monotonic.pause(PAUSE_MS, signal);
    }
  }
}
