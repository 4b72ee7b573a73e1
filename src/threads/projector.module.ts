import { Module, type DynamicModule } from '@nestjs/common';
import type { Ledger } from '../adapters/event-store/event-store.module.js';
import { SqliteEventStore } from '../adapters/event-store/sqlite/sqlite-event-store.js';
import { Catalog } from '../adapters/read-model/copies/catalog.js';
import { EVENT_FEED, LEDGER, PROJECTOR } from '../application/port-tokens.js';
import type { EventFeed } from '../application/ports/event-feed.js';
import type {
  ProjectorControl,
  ProjectorSurroundings,
} from '../application/projecting/projector.js';
import type { Config } from '../config.js';
import { RebuildingProjector } from './rebuilding-projector.js';
import { ThreadedProjector } from './threaded-projector.js';
import { isCompiled } from '../adapters/files/is-compiled.js';

/**
 * Provides the projector of the read models. A thread of its own reads an embedded ledger, because the thread that
 * answers webhooks would otherwise decode and write everything a second time.
 */
@Module({})
export class ProjectorModule {
  static for(
    imports: NonNullable<DynamicModule['imports']>,
    { eventStore, readModel, masterKeys }: Pick<Config, 'eventStore' | 'readModel' | 'masterKeys'>,
    surroundings: ProjectorSurroundings,
  ): DynamicModule {
    const inProcess = (feed: EventFeed, catalog: Catalog): ProjectorControl =>
      new RebuildingProjector(feed, catalog, surroundings);
    const threaded = ({ store }: Ledger): ProjectorControl | undefined =>
      eventStore.kind === 'sqlite' && store instanceof SqliteEventStore && isCompiled
        ? new ThreadedProjector(
            {
              ledgerDirectory: eventStore.directory,
              readModel,
              masterKeys,
              commitBell: store.commitBell,
            },
            surroundings.logger,
            surroundings.health,
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
