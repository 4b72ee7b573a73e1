import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { Catalog } from '../../../src/adapters/read-model/copies/catalog.js';
import { projectionStores } from '../../../src/adapters/read-model/projection-stores.js';
import { SqlDeliveryTotals } from '../../../src/adapters/read-model/delivery-report/sql-delivery-totals.js';
import { progressOf } from '../../../src/adapters/read-model/copies/progress.js';
import { SqlMessageSearch } from '../../../src/adapters/read-model/messages/sql-message-search.js';
import type {
  Copy,
  Filling,
  ReadModelDatabase,
} from '../../../src/adapters/read-model/copies/read-model-database.js';
import type { Table } from '../../../src/adapters/read-model/table.js';
import type { EventFeed } from '../../../src/application/ports/event-feed.js';
import type { Logger } from '../../../src/application/ports/logger.js';
import { projectionNames } from '../../../src/application/ports/projection-store.js';
import type { HourRange, ReportDimension } from '../../../src/application/ports/delivery-totals.js';
import { allProjections } from '../../../src/application/projecting/all-projections.js';
import { Projector, type ProjectorControl } from '../../../src/application/projecting/projector.js';
import type { MessageRow } from '../../../src/application/projecting/messages/message-row.js';
import { messageStatuses } from '../../../src/domain/message/message-status.js';
import { noHealth } from '../doubles/no-health.js';
import { eventually } from '../watching/eventually.js';

export const silent: Logger = { info() {}, warn() {}, error() {} };

export const systemClock = { now: (): Date => new Date() };

export const newProjector = (feed: EventFeed, catalog: Catalog): Projector =>
  new Projector(feed, allProjections(projectionStores(catalog)), {
    clock: systemClock,
    monotonic: monotonicClock,
    logger: silent,
    health: noHealth,
  });

/** Runs a projector or another process until it is stopped. */
export function runUntilStopped(process: Pick<ProjectorControl, 'run'>): {
  readonly stop: () => Promise<void>;
} {
  const stopping = new AbortController();
  const running = process.run(stopping.signal);
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

/** Waits until every projection has reached the end of the ledger. */
export async function projected(feed: EventFeed, catalog: Catalog): Promise<void> {
  const head = await feed.head();
  if (head === undefined) return;
  await eventually(
    async () => {
      for (const name of projectionNames) {
        const { copy } = await catalog.copyOf(name);
        const position = (await progressOf(copy))?.position;
        if (position === undefined || feed.comparePositions(position, head) < 0) return false;
      }
      return true;
    },
    { withinMs: 60_000 },
  );
}

/** Returns every message of the list, read page by page, by id. */
export async function allRows(catalog: Catalog): Promise<ReadonlyMap<string, MessageRow>> {
  const search = new SqlMessageSearch(catalog);
  const rows = new Map<string, MessageRow>();
  let after: number | undefined;
  do {
    const page = await search.search({}, after, 500);
    for (const row of page.rows) {
      if (rows.has(row.messageId)) throw new Error(`${row.messageId} is on two pages`);
      rows.set(row.messageId, row);
    }
    after = page.next;
  } while (after !== undefined);
  return rows;
}

/** Returns a report as plain values that can be compared, sorted by group. */
export async function reportOf(
  catalog: Catalog,
  groupBy: readonly ReportDimension[],
  range: Partial<HourRange> = {},
): Promise<readonly object[]> {
  const { totals } = await new SqlDeliveryTotals(catalog).totals(groupBy, range);
  return totals
    .map(({ group, byStatus, amounts, ...rest }) => ({
      ...rest,
      group: JSON.stringify(group),
      byStatus: countedStatuses(byStatus),
      amounts: Object.fromEntries(amounts),
    }))
    .toSorted((left, right) => (left.group < right.group ? -1 : 1));
}

/** Leaves out the statuses that no message has. */
const countedStatuses = (byStatus: ArrayLike<number>): Readonly<Record<string, number>> =>
  Object.fromEntries(
    messageStatuses
      .map((status, index) => [status, byStatus[index] ?? 0] as const)
      .filter(([, messages]) => messages !== 0),
  );

/**
 * A database that sometimes fails as after a kill of the process: before a transaction, or after its commit and
 * before its answer.
 */
export class FailingDatabase implements ReadModelDatabase {
  readonly kind;
  failures = 0;

  constructor(
    private readonly database: ReadModelDatabase,
    private readonly random: () => number,
  ) {
    this.kind = database.kind;
  }

  openCatalog(): ReturnType<ReadModelDatabase['openCatalog']> {
    return this.database.openCatalog();
  }

  async openCopy(name: string, tables: readonly Table[], filling: Filling): Promise<Copy> {
    const copy = await this.database.openCopy(name, tables, filling);
    return {
      db: copy.db,
      find: (table, column, values) => copy.find(table, column, values),
      purge: () => copy.purge(),
      close: () => copy.close(),
      write: async (writes, guard) => {
        const chance = this.random();
        if (chance < 0.01) this.fail();
        await copy.write(writes, guard);
        if (chance > 0.99) this.fail();
      },
    };
  }

  finishCopy(copy: Copy, tables: readonly Table[]): Promise<void> {
    return this.database.finishCopy(copy, tables);
  }

  copies(): Promise<readonly string[]> {
    return this.database.copies();
  }

  dropCopy(copy: string): Promise<void> {
    return this.database.dropCopy(copy);
  }

  beginRebuild(): Promise<() => Promise<void>> {
    return this.database.beginRebuild();
  }

  unlessRebuilding(work: () => Promise<void>): Promise<void> {
    return this.database.unlessRebuilding(work);
  }

  isUnavailable(error: unknown): boolean {
    return this.database.isUnavailable(error);
  }

  close(): Promise<void> {
    return this.database.close();
  }

  private fail(): never {
    this.failures++;
    throw new Error('the process was killed');
  }
}

/** Returns the position of the uuid index. */
export async function positionOf(catalog: Catalog): Promise<string | undefined> {
  const { copy } = await catalog.copyOf('message-index');
  return (await progressOf(copy))?.position;
}
