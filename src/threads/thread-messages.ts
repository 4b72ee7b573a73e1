import type { Logger } from '../application/ports/logger.js';

/** A line for the log of the service. */
export interface LogMessage {
  readonly kind: 'log';
  readonly level: 'info' | 'warn' | 'error';
  readonly facts: Readonly<Record<string, unknown>>;
  readonly sentence: string;
}

/** A logger in a thread: errors are named by their message, because they cannot be sent as they are. */
export function tellLog(send: (message: LogMessage) => void): Logger {
  const log =
    (level: LogMessage['level']) =>
    (facts: Readonly<Record<string, unknown>>, sentence: string): void => {
      const { error, ...others } = facts;
      const reason = error instanceof Error ? { reason: error.message } : {};
      send({ kind: 'log', level, facts: { ...others, ...reason }, sentence });
    };
  return { info: log('info'), warn: log('warn'), error: log('error') };
}
