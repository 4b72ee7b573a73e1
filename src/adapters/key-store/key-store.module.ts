import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { UNBOUND_KEY_STORE } from '../../application/port-tokens.js';
import type { KeyStore } from '../../application/ports/key-store.js';
import { masterKeysIn } from './master-key-file.js';
import { MasterKeys, newMasterKey } from './master-keys.js';
import { PostgresKeyTable } from './postgres/postgres-key-table.js';
import { SqliteKeyTable } from './sqlite/sqlite-key-table.js';
import { TableKeyStore } from './table-key-store.js';

export type KeyRowsConfig =
  /** The file `keys.sqlite` in this directory; without one, in memory. */
  | { readonly kind: 'sqlite'; readonly directory: string | null }
  | { readonly kind: 'postgres'; readonly url: string };

/** The keys that wrap all others. */
export interface MasterKeysConfig {
  /** `MASTER_KEY`: the current one first; null: those in the file. */
  readonly keys: readonly string[] | null;
  /** Made at the first start; null: a key that ends with the process. */
  readonly file: string | null;
}

/** Other threads and instances destroy keys: this long a destroyed one may stay in use. */
const KEYS_CACHED_MS_MAX = 10_000;

/** @throws RangeError for a master key that is none */
export function openKeyStore(rows: KeyRowsConfig, masterKeys: MasterKeysConfig): TableKeyStore {
  const master = new MasterKeys(masterKeys.keys ?? keysOf(masterKeys.file));
  return rows.kind === 'postgres'
    ? new TableKeyStore(new PostgresKeyTable(rows.url), master, KEYS_CACHED_MS_MAX)
    : new TableKeyStore(
        new SqliteKeyTable(rows.directory),
        master,
        rows.directory === null ? 0 : KEYS_CACHED_MS_MAX,
      );
}

const keysOf = (file: string | null): readonly string[] =>
  file === null ? [newMasterKey()] : masterKeysIn(file);

/** Holds what must stay out of the ledger. */
@Module({})
export class KeyStoreModule implements OnApplicationShutdown {
  constructor(@Inject(UNBOUND_KEY_STORE) private readonly keys: KeyStore) {}

  static for(rows: KeyRowsConfig, masterKeys: MasterKeysConfig): DynamicModule {
    return {
      module: KeyStoreModule,
      providers: [{ provide: UNBOUND_KEY_STORE, useFactory: () => openKeyStore(rows, masterKeys) }],
      exports: [UNBOUND_KEY_STORE],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.keys.close();
  }
}
