import type { LogStore } from '../../application/ports/log-store.js';
import { PostgresLogStore } from './postgres/postgres-log-store.js';
import { logFile } from './sqlite/log-file.js';
import { SqliteLogStore } from './sqlite/sqlite-log-store.js';

export type LogStoreConfig =
  /** The file `transparency-log.sqlite` in this directory; without one, in memory. */
  | { readonly kind: 'sqlite'; readonly directory: string | null }
  | { readonly kind: 'postgres'; readonly url: string };

/** @throws Error when a file cannot be used */
export const openLogStore = (config: LogStoreConfig): LogStore =>
  config.kind === 'postgres'
    ? new PostgresLogStore(config.url)
    : new SqliteLogStore(logFile(config.directory));
