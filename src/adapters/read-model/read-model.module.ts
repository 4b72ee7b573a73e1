import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import {
  AGENDA,
  CONTACT_LISTINGS,
  CONVERSATIONS,
  DELIVERY_TIMES,
  DELIVERY_TOTALS,
  INBOUND_MESSAGES,
  MESSAGE_INDEX,
  MESSAGE_SEARCH,
  PROJECTION_POSITIONS,
  READ_MODEL_ORIGIN,
  PERSON_ROWS,
  AGED_ROWS,
  SET_ASIDE,
} from '../../application/port-tokens.js';
import { AgedRowsTables } from './tables/aged-rows.js';
import { AgendaTable } from './tables/agenda.js';
import { ContactTables } from './tables/contacts.js';
import { ConversationTables } from './conversation.js';
import { Catalog, type OnDamage } from './copies/catalog.js';
import { MessageIndexTable } from './tables/message-index.js';
import { openReadModelDatabase, type ReadModelConfig } from './copies/open-read-model-database.js';
import { SqlDeliveryTotals } from './delivery-report/sql-delivery-totals.js';
import { InboundTables } from './tables/inbound.js';
import { SqlMessageSearch } from './messages/sql-message-search.js';
import { ProjectionPositionsTables } from './tables/positions.js';
import { PersonRowsTables } from './tables/person-rows.js';
import { SetAsideTables } from './tables/quarantine.js';
import { ReadModelOriginTables } from './copies/read-model-origin.js';

export type { ReadModelConfig } from './copies/open-read-model-database.js';

@Module({})
export class ReadModelModule implements OnApplicationShutdown {
  constructor(@Inject(Catalog) private readonly catalog: Catalog) {}

  static for(config: ReadModelConfig, onDamage: OnDamage): DynamicModule {
    return {
      module: ReadModelModule,
      global: true,
      providers: [
        {
          provide: Catalog,
          useFactory: () => Catalog.open(openReadModelDatabase(config), onDamage),
        },
        ...ports,
        { provide: DELIVERY_TIMES, useExisting: DELIVERY_TOTALS },
      ],
      exports: [...ports.map(({ provide }) => provide), DELIVERY_TIMES, Catalog],
    };
  }

  /** Projecting has stopped and no request is being answered any more at this point. */
  async onApplicationShutdown(): Promise<void> {
    await this.catalog.close();
  }
}

const ports = (
  [
    [AGENDA, AgendaTable],
    [MESSAGE_INDEX, MessageIndexTable],
    [MESSAGE_SEARCH, SqlMessageSearch],
    [DELIVERY_TOTALS, SqlDeliveryTotals],
    [INBOUND_MESSAGES, InboundTables],
    [CONTACT_LISTINGS, ContactTables],
    [CONVERSATIONS, ConversationTables],
    [SET_ASIDE, SetAsideTables],
    [PERSON_ROWS, PersonRowsTables],
    [AGED_ROWS, AgedRowsTables],
    [READ_MODEL_ORIGIN, ReadModelOriginTables],
    [PROJECTION_POSITIONS, ProjectionPositionsTables],
  ] as const
).map(([provide, Tables]) => ({
  provide,
  inject: [Catalog],
  useFactory: (catalog: Catalog) => new Tables(catalog),
}));
