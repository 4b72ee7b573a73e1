import { existsSync } from 'node:fs';
import type { LogStore } from '../../application/ports/log-store.js';
import { PostgresLogStore } from './postgres/postgres-log-store.js';
import { logFile } from './sqlite/log-file.js';
import { SqliteLogStore } from './sqlite/sqlite-log-store.js';

export type LogStoreConfig =
  /** The file `transparency-log.sqlite` in this directory; without one, in memory. */
  | { readonly kind: 'sqlite'; readonly directory: string | null }
  | { readonly kind: 'postgres'; readonly url: string };

/** Opens a log to read it only. @returns undefined where there is none @throws Error when a file cannot be used */
export async function existingLogStore(config: LogStoreConfig): Promise<LogStore | undefined> {
  if (config.kind === 'postgres') {
    const store = new PostgresLogStore(config.url);
    if ((await store.state()) !== undefined) return store;
    await store.close();
    return undefined;
  }
  const file = logFile(config.directory);
  return existsSync(file) ? new SqliteLogStore(file, { readOnly: true }) : undefined;
}

/** @throws Error when a file cannot be used */
export const openLogStore = (config: LogStoreConfig): LogStore =>
  config.kind === 'postgres'
    ? new PostgresLogStore(config.url)
    : new SqliteLogStore(logFile(config.directory));
