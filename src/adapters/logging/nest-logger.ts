import type { LoggerService } from '@nestjs/common';
import type { Logger } from '../../application/ports/logger.js';

/** Writes Nest's own lines in our form. Its start-up lines are left out: they say nothing about messages. */
export const nestLogger = (logger: Logger): LoggerService => ({
  log: () => undefined,
  warn: (message: unknown) => logger.warn({ source: 'nest' }, String(message)),
  error: (message: unknown, stack?: unknown) =>
    logger.error(
      { source: 'nest', ...(typeof stack === 'string' ? { stack } : {}) },
      String(message),
    ),
});
