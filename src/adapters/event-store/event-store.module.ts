import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import {
  EVENT_FEED,
  EVENT_STORE,
  KEY_STORE,
  LEDGER,
  PERSONAL_KEYS,
  UNBOUND_KEY_STORE,
} from '../../application/port-tokens.js';
import type { Clock } from '../../application/ports/clock.js';
import type { Identifiers } from '../../application/ports/identifiers.js';
import type { UnboundKeyStore } from '../../application/ports/key-store.js';
import type { Logger } from '../../application/ports/logger.js';
import type { EventFeed } from '../../application/ports/event-feed.js';
import type { EventStore } from '../../application/ports/event-store.js';
import type { LedgerCheck } from '../../application/ports/ledger-check.js';
import type { LedgerOrigins } from '../../application/ports/ledger-origin.js';
import type { StoredEvents } from '../../application/ports/stored-events.js';
import { BoundKeys } from './bound/bound-keys.js';
import { nameInLedger } from './bound/named-key-store.js';
import { originByFirstEvent } from './first-event-origin.js';
import { MemoryEventStore } from './memory/memory-event-store.js';
import { PagedEventFeed } from './paged-event-feed.js';
import { PagedStoredEvents } from './paged-stored-events.js';
import { OpeningEventFeed } from './sealed/opening-event-feed.js';
import { SealingEventStore } from './sealed/sealing-event-store.js';
import { SqliteLedgerCheck } from './sqlite/integrity/sqlite-ledger-check.js';
import { ledgerFile, refuseUnfinishedCopy } from './sqlite/ledger-file.js';
import { SqliteEventStore } from './sqlite/sqlite-event-store.js';

export type EventStoreConfig =
  | { readonly kind: 'memory' }
  /** The ledger is the file `ledger.sqlite` in this directory. */
  | { readonly kind: 'sqlite'; readonly directory: string }
  /** A connection string, for example `esdb://127.0.0.1:2113?tls=false`. */
  | { readonly kind: 'eventstoredb'; readonly url: string };

/** The ports onto one ledger. */
export interface Ledger extends LedgerOrigins {
  readonly store: EventStore;
  readonly feed: EventFeed;
  /** The same events as they are stored. Opened on first use, closed with the store. */
  readonly stored: StoredEvents;
  /** Undefined where the store checks itself, or stores nothing durably. */
  readonly check?: LedgerCheck;
  close(): Promise<void>;
}

/**
 * @param isCopied true: the ledger is being copied to this place
 * @throws StoreUnavailable with the reason when the ledger cannot be opened, or is a copy that was cut off
 */
export async function openLedger(config: EventStoreConfig, isCopied = false): Promise<Ledger> {
  switch (config.kind) {
    case 'memory': {
      const store = new MemoryEventStore();
      const feed = new PagedEventFeed(store);
      const stored = new PagedStoredEvents(store.stored);
      return { store, feed, stored, origin: () => store.origin(), close: () => store.close() };
    }
    case 'eventstoredb': {
      // The client and gRPC are some hundred modules, so the embedded ledger does not load them.
      const { openEventStoreDb } = await import('./eventstoredb/open-eventstoredb.js');
      const { store, feed, stored } = openEventStoreDb(config.url);
      return {
        store,
        feed,
        stored,
        origin: (signal) => originByFirstEvent(feed, signal),
        close: () => store.close(),
      };
    }
    case 'sqlite': {
      if (!isCopied) refuseUnfinishedCopy(config.directory);
      const store = await SqliteEventStore.open(config.directory);
      const feed = new PagedEventFeed(store);
      const check = new SqliteLedgerCheck(ledgerFile(config.directory));
      return {
        store,
        feed,
        check,
        get stored() {
          return new PagedStoredEvents(store.stored);
        },
        origin: () => store.origin(),
        close: () => store.close(),
      };
    }
  }
}

/** The ports that record the key store's fingerprint in the ledger and log a mismatch. */
export interface BindingSettings {
  readonly clock: Clock;
  readonly identifiers: Identifiers;
  readonly logger: Logger;
}

@Module({})
export class EventStoreModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(BoundKeys) private readonly keys: BoundKeys,
  ) {}

  /**
   * @param observed wraps the store with an observer for the application
   * @param keys the module that provides the key store; it is provided again as that of this ledger
   */
  static for(
    config: EventStoreConfig,
    observed: (store: EventStore) => EventStore,
    keys: DynamicModule,
    { clock, identifiers, logger }: BindingSettings,
  ): DynamicModule {
    return {
      module: EventStoreModule,
      imports: [keys],
      providers: [
        { provide: LEDGER, useFactory: () => openLedger(config) },
        {
          provide: EVENT_STORE,
          useFactory: ({ store }: Ledger, bound: BoundKeys) =>
            observed(new SealingEventStore(store, bound, () => bound.check())),
          inject: [LEDGER, BoundKeys],
        },
        {
          provide: EVENT_FEED,
          useFactory: ({ feed }: Ledger, bound: BoundKeys) => new OpeningEventFeed(feed, bound),
          inject: [LEDGER, BoundKeys],
        },
        {
          provide: BoundKeys,
          useFactory: ({ store }: Ledger, unbound: UnboundKeyStore) =>
            new BoundKeys(unbound, nameInLedger(store, clock, identifiers), logger),
          inject: [LEDGER, UNBOUND_KEY_STORE],
        },
        { provide: KEY_STORE, useExisting: BoundKeys },
        { provide: PERSONAL_KEYS, useExisting: BoundKeys },
      ],
      exports: [LEDGER, EVENT_STORE, EVENT_FEED, KEY_STORE, PERSONAL_KEYS],
    };
  }

  /** Does not wait: a ledger or a key store that is away keeps the service unready, and it starts all the same. */
  onApplicationBootstrap(): void {
    // The fault is in the log, and each later call tells it.
    this.keys.check()?.catch(() => undefined);
  }

  /** No request is being answered any more at this point, so this waits only for the last commits. */
  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
