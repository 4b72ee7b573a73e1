import { join } from 'node:path';

/** The log's file beside the ledger; without a directory it is in memory, and ends with the process. */
export const logFile = (directory: string | null): string =>
  directory === null ? ':memory:' : join(directory, 'transparency-log.sqlite');
