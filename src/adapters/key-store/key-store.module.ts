import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { KEY_STORE } from '../../application/port-tokens.js';
import type { KeyStore } from '../../application/ports/key-store.js';
import { PostgresKeyTable } from './postgres/postgres-key-table.js';
import { SqliteKeyTable } from './sqlite/sqlite-key-table.js';
import { TableKeyStore } from './table-key-store.js';

export type KeyStoreConfig =
  /** The file `keys.sqlite` in this directory; without one, in memory. */
  | { readonly kind: 'sqlite'; readonly directory: string | null }
  | { readonly kind: 'postgres'; readonly url: string };

export const openKeyStore = (config: KeyStoreConfig): KeyStore =>
  new TableKeyStore(
    config.kind === 'postgres'
      ? new PostgresKeyTable(config.url)
      : new SqliteKeyTable(config.directory),
  );

/** Holds what must stay out of the ledger. */
@Module({})
export class KeyStoreModule implements OnApplicationShutdown {
  constructor(@Inject(KEY_STORE) private readonly keys: KeyStore) {}

  static for(config: KeyStoreConfig): DynamicModule {
    return {
      module: KeyStoreModule,
      providers: [{ provide: KEY_STORE, useFactory: () => openKeyStore(config) }],
      exports: [KEY_STORE],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.keys.close();
  }
}
