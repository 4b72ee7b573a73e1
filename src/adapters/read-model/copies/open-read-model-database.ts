import { PostgresReadModelDatabase } from './postgres/postgres-read-model-database.js';
import type { ReadModelDatabase } from './read-model-database.js';
import {
  MemoryReadModelDatabase,
  SqliteReadModelDatabase,
} from './sqlite/sqlite-read-model-database.js';
import type { CopyUse } from './sqlite/sqlite-table-set.js';

export type ReadModelConfig =
  /** Files beside the ledger; without a directory, in memory. */
  | { readonly kind: 'sqlite'; readonly directory: string | null }
  | { readonly kind: 'postgres'; readonly url: string };

export function openReadModelDatabase(config: ReadModelConfig, use?: CopyUse): ReadModelDatabase {
  if (config.kind === 'postgres') return new PostgresReadModelDatabase(config.url);
  if (config.directory === null) return new MemoryReadModelDatabase();
  return new SqliteReadModelDatabase(config.directory, use);
}
