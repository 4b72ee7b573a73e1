import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { AgendaTable } from './agenda-table.js';
import { Catalog } from './catalog.js';
import { CheckpointTable } from './checkpoint-table.js';
import { MessageIndexTable } from './message-index-table.js';
import { projectionStores } from './projection-stores.js';
import type { ReadModelDatabase } from './read-model-database.js';
import {
  MemoryReadModelDatabase,
  SqliteReadModelDatabase,
} from './sqlite/sqlite-read-model-database.js';

export type ReadModelConfig =
  /** Files beside the ledger; without a directory, in memory. */
  | { readonly kind: 'sqlite'; readonly directory: string | null }
  | { readonly kind: 'postgres'; readonly url: string };

export const AGENDA = Symbol('Agenda');
export const MESSAGE_INDEX = Symbol('MessageIndex');
export const CHECKPOINTS = Symbol('Checkpoints');
export const PROJECTION_STORES = Symbol('ProjectionStores');

@Module({})
export class ReadModelModule {
  static for(config: ReadModelConfig): DynamicModule {
    const providers: Provider[] = [
      { provide: Catalog, useFactory: () => Catalog.open(databaseFor(config)) },
      over(AGENDA, (catalog) => new AgendaTable(catalog)),
      over(MESSAGE_INDEX, (catalog) => new MessageIndexTable(catalog)),
      over(CHECKPOINTS, (catalog) => new CheckpointTable(catalog)),
      over(PROJECTION_STORES, projectionStores),
    ];
    return {
      module: ReadModelModule,
      global: true,
      providers,
      exports: [AGENDA, MESSAGE_INDEX, CHECKPOINTS, PROJECTION_STORES, Catalog],
    };
  }
}

const over = (token: symbol, build: (catalog: Catalog) => unknown): Provider => ({
  provide: token,
  inject: [Catalog],
  useFactory: build,
});

function databaseFor(config: ReadModelConfig): ReadModelDatabase {
  if (config.kind === 'postgres') throw new TypeError('PostgreSQL is not built in yet');
  if (config.directory === null) return new MemoryReadModelDatabase();
  return new SqliteReadModelDatabase(config.directory);
}
