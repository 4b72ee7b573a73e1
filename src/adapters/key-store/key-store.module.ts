import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { UNBOUND_KEY_STORE } from '../../application/port-tokens.js';
import type { KeyStore } from '../../application/ports/key-store.js';
import { openKeyStore, type KeyRowsConfig, type MasterKeysConfig } from './open-key-store.js';

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
