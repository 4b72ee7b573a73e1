import type { MonotonicClock } from '../ports/clock.js';
import type { Logger } from '../ports/logger.js';

export interface Retrying {
  readonly clock: Pick<MonotonicClock, 'pause'>;
  readonly logger: Logger;
  readonly pauseMs: number;
  /** Logged at the first of several faults in a row. */
  readonly sentence: string;
}

/** Repeats work until it resolves to true, or `signal` aborts. */
export async function untilDone(
  work: () => Promise<boolean>,
  signal: AbortSignal,
  { clock, logger, pauseMs, sentence }: Retrying,
): Promise<void> {
  let isFailing = false;
  while (!signal.aborted) {
    try {
      if (await work()) return;
      isFailing = false;
    } catch (error) {
      if (!isFailing && !signal.aborted) logger.warn({ error }, sentence);
      isFailing = true;
    }
    await clock.pause(pauseMs, signal);
  }
}
