import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { LOG_STORE } from '../../application/port-tokens.js';
import type { LogStore } from '../../application/ports/log-store.js';
import { openLogStore, type LogStoreConfig } from './open-log-store.js';

/** Holds what was signed. */
@Module({})
export class TransparencyLogModule implements OnApplicationShutdown {
  constructor(@Inject(LOG_STORE) private readonly store: LogStore) {}

  static for(config: LogStoreConfig): DynamicModule {
    return {
      module: TransparencyLogModule,
      providers: [{ provide: LOG_STORE, useFactory: () => openLogStore(config) }],
      exports: [LOG_STORE],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
