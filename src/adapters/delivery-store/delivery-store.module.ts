import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DELIVERY_STORE } from '../../application/port-tokens.js';
import type { DeliveryStore } from '../../application/ports/delivery-store.js';
import { PostgresSql, SCHEMA } from './postgres/postgres-sql.js';
import { SqlDeliveryStore } from './sql-delivery-store.js';
import { SqliteSql } from './sqlite/sqlite-sql.js';

export type DeliveryStoreConfig =
  /** The file `deliveries.sqlite` in this directory; without one, in memory. */
  | { readonly kind: 'sqlite'; readonly directory: string | null }
  | { readonly kind: 'postgres'; readonly url: string };

export const openDeliveryStore = (config: DeliveryStoreConfig): DeliveryStore =>
  config.kind === 'postgres'
    ? new SqlDeliveryStore(new PostgresSql(config.url), `${SCHEMA}.`)
    : new SqlDeliveryStore(new SqliteSql(config.directory), '');

/** Keeps how far the outgoing webhooks are. */
@Module({})
export class DeliveryStoreModule implements OnApplicationShutdown {
  constructor(@Inject(DELIVERY_STORE) private readonly deliveries: DeliveryStore) {}

  static for(config: DeliveryStoreConfig): DynamicModule {
    return {
      module: DeliveryStoreModule,
      providers: [{ provide: DELIVERY_STORE, useFactory: () => openDeliveryStore(config) }],
      exports: [DELIVERY_STORE],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.deliveries.close();
  }
}
