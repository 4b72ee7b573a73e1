import {
  Inject,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
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
    const providers: Provider[] = [
      { provide: Catalog, useFactory: () => Catalog.open(openReadModelDatabase(config), onDamage) },
      over(AGENDA, (catalog) => new AgendaTable(catalog)),
      over(MESSAGE_INDEX, (catalog) => new MessageIndexTable(catalog)),
      over(MESSAGE_SEARCH, (catalog) => new SqlMessageSearch(catalog)),
      over(DELIVERY_TOTALS, (catalog) => new SqlDeliveryTotals(catalog)),
      { provide: DELIVERY_TIMES, useExisting: DELIVERY_TOTALS },
      over(INBOUND_MESSAGES, (catalog) => new InboundTables(catalog)),
      over(CONTACT_LISTINGS, (catalog) => new ContactTables(catalog)),
      over(CONVERSATIONS, (catalog) => new ConversationTables(catalog)),
      over(SET_ASIDE, (catalog) => new SetAsideTables(catalog)),
      over(PERSON_ROWS, (catalog) => new PersonRowsTables(catalog)),
      over(AGED_ROWS, (catalog) => new AgedRowsTables(catalog)),
      over(READ_MODEL_ORIGIN, (catalog) => new ReadModelOriginTables(catalog)),
      over(PROJECTION_POSITIONS, (catalog) => new ProjectionPositionsTables(catalog)),
    ];
    return {
      module: ReadModelModule,
      global: true,
      providers,
      exports: [
        AGENDA,
        MESSAGE_INDEX,
        MESSAGE_SEARCH,
        DELIVERY_TIMES,
        DELIVERY_TOTALS,
        INBOUND_MESSAGES,
        CONTACT_LISTINGS,
        CONVERSATIONS,
        SET_ASIDE,
        PERSON_ROWS,
        AGED_ROWS,
        READ_MODEL_ORIGIN,
        PROJECTION_POSITIONS,
        Catalog,
      ],
    };
  }

  /** Projecting has stopped and no request is being answered any more at this point. */
  async onApplicationShutdown(): Promise<void> {
    await this.catalog.close();
  }
}

const over = (token: symbol, build: (catalog: Catalog) => unknown): Provider => ({
  provide: token,
  inject: [Catalog],
  useFactory: build,
});
