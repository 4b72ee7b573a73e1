import { Module, type DynamicModule } from '@nestjs/common';
import type { Ledger } from '../../adapters/event-store/event-store.module.js';
import { SqliteEventStore } from '../../adapters/event-store/sqlite/sqlite-event-store.js';
import { uuidIdentifiers } from '../../adapters/system/uuid-identifiers.js';
import {
  DELIVERY_STORE,
  EVENT_FEED,
  EVENT_STORE,
  KEY_STORE,
  LEDGER,
  WEBHOOK_DELIVERER,
  WEBHOOK_SENDER,
} from '../../application/port-tokens.js';
import type { Clocks } from '../../application/ports/clock.js';
import type { DeliveryStore } from '../../application/ports/delivery-store.js';
import type { EventFeed } from '../../application/ports/event-feed.js';
import type { EventStore } from '../../application/ports/event-store.js';
import type { KeyStore } from '../../application/ports/key-store.js';
import type { WebhookDeliverer } from '../../application/ports/webhook-deliverer.js';
import type { WebhookSender } from '../../application/ports/webhook-sender.js';
import { WebhookEndpoints } from '../../application/webhooks/endpoints.js';
import type { Config } from '../../config.js';
import { isCompiled } from '../../adapters/files/is-compiled.js';
import { composeDeliverer } from './compose-deliverer.js';
import { ThreadedDeliverer, type DelivererSurroundings } from './threaded-deliverer.js';

/** Provides the deliverer of outgoing webhooks. A thread of its own reads an embedded ledger. */
@Module({})
export class DelivererModule {
  static for(
    imports: NonNullable<DynamicModule['imports']>,
    config: Pick<Config, 'eventStore' | 'readModel' | 'masterKeys' | 'webhookPrivateNetworks'>,
    { clock, monotonic, ...reporting }: Clocks & Omit<DelivererSurroundings, 'endpoints'>,
  ): DynamicModule {
    const build = (
      ledger: Ledger,
      store: EventStore,
      feed: EventFeed,
      keys: KeyStore,
      ...[deliveries, sender]: [DeliveryStore, WebhookSender]
    ): WebhookDeliverer => {
      const surroundings = { clock, monotonic, identifiers: uuidIdentifiers };
      const endpoints = new WebhookEndpoints(store, keys, surroundings);
      const { eventStore, readModel, masterKeys, webhookPrivateNetworks } = config;
      if (eventStore.kind === 'sqlite' && ledger.store instanceof SqliteEventStore && isCompiled) {
        const options = {
          ledgerDirectory: eventStore.directory,
          masterKeys,
          deliveries: readModel,
          allowsPrivateNetworks: webhookPrivateNetworks === 'allow',
          commitBell: ledger.store.commitBell,
        };
        return new ThreadedDeliverer(options, { ...reporting, endpoints });
      }
      const { logger, metrics, health } = reporting;
      const ports = { store, feed, endpoints, deliveries, sender, clock, monotonic };
      const identity = async () => (await ledger.origin()).identity;
      return composeDeliverer({ ...ports, ledger: identity, logger, metrics }, health);
    };
    return {
      module: DelivererModule,
      imports,
      providers: [
        {
          provide: WEBHOOK_DELIVERER,
          inject: [LEDGER, EVENT_STORE, EVENT_FEED, KEY_STORE, DELIVERY_STORE, WEBHOOK_SENDER],
          useFactory: build,
        },
      ],
      exports: [WEBHOOK_DELIVERER],
    };
  }
}
