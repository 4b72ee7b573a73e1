import type { FatalLogger } from './adapters/logging/pino-logger.js';

export interface Leaving {
  readonly logger: FatalLogger;
  /** Drains and finishes the work under way. May be called more than once. */
  readonly stop: () => Promise<void>;
  /** Milliseconds. A stop that takes longer is cut off. */
  readonly stopMsMax: number;
}

/**
 * Ends the process after an uncaught error, because the state is then unknown: a loop may have ended, or a request may
 * wait for ever. The process logs the reason, is not ready from then on, begins nothing more, and ends with 1, so that
 * it is restarted. It may drain meanwhile, because every 2xx still comes after its commit.
 */
export function leaveOnFault({ logger, stop, stopMsMax }: Leaving): void {
  let isLeaving = false;
  const leave = (fault: unknown, origin: string): void => {
    logger.fatal(
      { origin, error: fault },
      'An error was not caught. The service stops in order and ends.',
    );
    process.exitCode = 1;
    if (isLeaving) return;
    isLeaving = true;
    const end = (): never => process.exit(1);
    setTimeout(end, stopMsMax).unref();
    stop().then(end, end);
  };
  process.on('uncaughtException', (error) => leave(error, 'uncaught exception'));
  process.on('unhandledRejection', (reason) => leave(reason, 'unhandled rejection'));
}
