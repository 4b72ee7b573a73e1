import { Catalog } from '../../../src/adapters/read-model/copies/catalog.js';
import { ReadModelOriginTables } from '../../../src/adapters/read-model/copies/read-model-origin.js';
import { MemoryReadModelDatabase } from '../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { SqlDeliveryTotals } from '../../../src/adapters/read-model/delivery-report/sql-delivery-totals.js';
import { SqlMessageSearch } from '../../../src/adapters/read-model/messages/sql-message-search.js';
import { projectionStores } from '../../../src/adapters/read-model/projection-stores.js';
import { AgendaTable } from '../../../src/adapters/read-model/tables/agenda.js';
import { InboundTables } from '../../../src/adapters/read-model/tables/inbound.js';
import { MessageIndexTable } from '../../../src/adapters/read-model/tables/message-index.js';
import { ProjectionPositionsTables } from '../../../src/adapters/read-model/tables/positions.js';
import { SetAsideTables } from '../../../src/adapters/read-model/tables/quarantine.js';
import * as ports from '../../../src/application/port-tokens.js';
import type { ProjectionStores } from '../../../src/application/ports/projection-store.js';
import type { Container } from '../container.js';
import type { Life, Scheduler } from '../scheduler.js';
import { through, type Passage } from './through.js';

/** A fault of the database, as its driver throws it. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';
}

/** One database of read models for all instances: the real tables, in memory, over a network. */
export class SimulatedReadModels {
  /** In so many of a hundred calls the database is away, before or after it did what was asked. */
  failing = 0;

  private constructor(
    private readonly scheduler: Scheduler,
    readonly catalog: Catalog,
  ) {}

  static async open(scheduler: Scheduler): Promise<SimulatedReadModels> {
    const catalog = await Catalog.open(new MemoryReadModelDatabase());
    return new SimulatedReadModels(scheduler, catalog);
  }

  storesFor(life: Life): ProjectionStores {
    const stores = Object.entries(projectionStores(this.catalog)).map(([name, store]) => [
      name,
      through<object>(this.scheduler, life, store, this.passage()),
    ]);
    return Object.fromEntries(stores) as ProjectionStores;
  }

  provideTo(container: Container, life: Life): Container {
    const { catalog } = this;
    const reached = <Port extends object>(port: Port): Port =>
      through(this.scheduler, life, port, this.passage());
    return container
      .provide(ports.AGENDA, reached(new AgendaTable(catalog)))
      .provide(ports.MESSAGE_INDEX, reached(new MessageIndexTable(catalog)))
      .provide(ports.MESSAGE_SEARCH, reached(new SqlMessageSearch(catalog)))
      .provide(ports.DELIVERY_TOTALS, reached(new SqlDeliveryTotals(catalog)))
      .provide(ports.INBOUND_MESSAGES, reached(new InboundTables(catalog)))
      .provide(ports.SET_ASIDE, reached(new SetAsideTables(catalog)))
      .provide(ports.READ_MODEL_ORIGIN, reached(new ReadModelOriginTables(catalog)))
      .provide(ports.PROJECTION_POSITIONS, reached(new ProjectionPositionsTables(catalog)));
  }

  /** True when every projection has applied the events up to a position. */
  async haveReached(head: number): Promise<boolean> {
    const positions = await new ProjectionPositionsTables(this.catalog).positions();
    return [...positions.values()].every((position) => Number(position ?? 0) >= head);
  }

  close(): Promise<void> {
    return this.catalog.close();
  }

  private passage(): Passage {
    const { scheduler } = this;
    const time = (): number => scheduler.between(0.05, 2);
    const mayFail = (): void => {
      if (scheduler.chance(this.failing / 2)) throw new DatabaseAway('the database is away');
    };
    return {
      times: () => ({ toEffect: time(), toAnswer: time() }),
      before: mayFail,
      afterwards: mayFail,
    };
  }
}
