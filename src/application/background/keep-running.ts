import type { MonotonicClock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';

const PAUSE_MS = 1_000;

/** Restarts a process that ends with a fault, until `signal` aborts: none of them may end the service. */
export async function keepRunning(
  name: string,
  run: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  { monotonic, logger }: { readonly monotonic: MonotonicClock; readonly logger: Logger },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await run(signal);
      return;
    } catch (error) {
      logger.error({ process: name, error }, 'A background process failed; it begins again.');
      await monotonic.pause(PAUSE_MS, signal);
    }
  }
}
