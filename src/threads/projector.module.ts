import { Module, type DynamicModule } from '@nestjs/common';
import type { Ledger } from '../adapters/event-store/event-store.module.js';
import { SqliteEventStore } from '../adapters/event-store/sqlite/sqlite-event-store.js';
import { Catalog } from '../adapters/read-model/copies/catalog.js';
import { EVENT_FEED, LEDGER, PROJECTOR } from '../application/port-tokens.js';
import type { Clock } from '../application/ports/clock.js';
import type { EventFeed } from '../application/ports/event-feed.js';
import type { Health } from '../application/ports/health.js';
import type { Logger } from '../application/ports/logger.js';
import type { ProjectorControl } from '../application/projecting/projector.js';
import type { Config } from '../config.js';
import { RebuildingProjector } from './rebuilding-projector.js';
import { isCompiled, ThreadedProjector } from './threaded-projector.js';

/**
 * Provides the projector of the read models. A thread of its own reads an embedded ledger, because the thread that
 * answers webhooks would otherwise decode and write everything a second time.
 */
@Module({})
export class ProjectorModule {
  static for(
    imports: NonNullable<DynamicModule['imports']>,
    { eventStore, readModel }: Pick<Config, 'eventStore' | 'readModel'>,
    clock: Clock,
    logger: Logger,
    health: Health,
  ): DynamicModule {
    const inProcess = (feed: EventFeed, catalog: Catalog): ProjectorControl =>
      new RebuildingProjector(feed, catalog, clock, logger, health);
    const threaded = ({ store }: Ledger): ProjectorControl | undefined =>
      eventStore.kind === 'sqlite' && store instanceof SqliteEventStore && isCompiled
        ? new ThreadedProjector(
            {
              ledgerDirectory: eventStore.directory,
              readModel,
              commitBell: store.commitBell,
            },
            logger,
            health,
          )
        : undefined;
    return {
      module: ProjectorModule,
      imports,
      providers: [
        {
          provide: PROJECTOR,
          inject: [LEDGER, EVENT_FEED, Catalog],
          useFactory: (ledger: Ledger, feed: EventFeed, catalog: Catalog) =>
            threaded(ledger) ?? inProcess(feed, catalog),
        },
      ],
      exports: [PROJECTOR],
    };
  }
}
