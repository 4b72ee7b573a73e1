import {
  REPORT_GROUPS_MAX,
  type DeliveryTotal,
  type DeliveryTotals,
  type DeliveryTotalsSource,
  type HourRange,
  type ReportDimension,
  type ReportOnly,
} from '../../../application/ports/delivery-totals.js';
import type {
  DeliveryTimeCounts,
  DeliveryTimes,
} from '../../../application/ports/delivery-times.js';
import type { Catalog, CopyInUse } from '../copies/catalog.js';
import type { Copy } from '../copies/read-model-database.js';
import { breakdownFor, storedLevel, type Breakdown } from './roll-up-breakdown.js';
import {
  coveringPeriods,
  HOURS_PER_DAY,
  type Edges,
  type PeriodRange,
  type RollUpLevel,
} from './roll-up-level.js';
import { DeliverySums } from './delivery-sums.js';
import { GroupCount } from './group-count.js';
import { HistogramBlocks, Histograms } from './histograms.js';
import { KnownKeys } from './known-keys.js';
import { PerCopy } from '../copies/per-copy.js';
import { progressOf } from '../copies/progress.js';
import { WantedGroups } from './wanted-groups.js';

/** Makes reports from the roll-ups: pages of months, days and hours are summed column by column. */
export class SqlDeliveryTotals implements DeliveryTotalsSource, DeliveryTimes {
  private readonly keys = new PerCopy(() => new KnownKeys());
  private readonly blocks = new HistogramBlocks();

  constructor(private readonly catalog: Catalog) {}

  async totals(
    groupBy: readonly ReportDimension[],
    range: Partial<HourRange>,
    only: ReportOnly = {},
  ): Promise<DeliveryTotals> {
    const inUse = await this.catalog.filledCopyOf('messages');
    const progress = await progressOf(inUse.copy);
    const hours = await wholeRange(inUse.copy, range);
    if (hours === undefined) return { totals: [], progress };
    const coarsest = (['hour', 'day'] as const).find((time) => groupBy.includes(time)) ?? 'month';
    const covered = (edges: Edges) => coveringPeriods(hours.first, hours.last, coarsest, edges);
    const wanted = new WantedGroups(groupBy.filter(isNoTime), only);
    const reading = { groupBy, inUse, wanted };
    const mayBeTooMany = await this.mayBeTooMany(reading, hours);
    // One statement, because a subtraction must see the same state as its addition. Groups that are subtracted
    // completely count until then, so this is not for those that may be too many.
    const steps =
      coarsest === 'month' && !mayBeTooMany
        ? [covered('rounded')]
        : covered('inside').flatMap(inSteps);
    if (mayBeTooMany) await this.readPages(reading, steps, new GroupCount(groupBy, wanted));
    return { totals: await this.sum(reading, steps), progress };
  }

  async within(boundsMs: readonly number[]): Promise<DeliveryTimeCounts> {
    const inUse = await this.catalog.filledCopyOf('messages');
    const times = new Histograms(this.blocks);
    try {
      const hours = await wholeRange(inUse.copy, {});
      if (hours === undefined) return times.countWithin(0, boundsMs);
      const wanted = new WantedGroups([], {});
      const sums = new DeliverySums([], times, wanted);
      const steps = [coveringPeriods(hours.first, hours.last, 'month', 'rounded')];
      await this.readPages({ groupBy: [], inUse, wanted }, steps, sums);
      // Without a grouping there is one row.
      return times.countWithin(0, boundsMs);
    } finally {
      times.release();
    }
  }

  /** Assumes that each group occurs at each time. */
  private async mayBeTooMany(
    { groupBy, inUse, wanted }: Reading,
    { first, last }: HourRange,
  ): Promise<boolean> {
    const keys = await this.keys.of(inUse.copy);
    const all = wanted.of(keys.groupedBy(groupBy.filter(isNoTime)));
    const groups = all.reduce((sum, isWanted) => sum + isWanted, 0);
    const hours = last - first + 1;
    if (groupBy.includes('hour')) return groups * hours > REPORT_GROUPS_MAX;
    const days = Math.ceil(hours / HOURS_PER_DAY) + 1;
    return groups * (groupBy.includes('day') ? days : 1) > REPORT_GROUPS_MAX;
  }

  private async sum(
    reading: Reading,
    steps: readonly (readonly PeriodRange[])[],
  ): Promise<readonly DeliveryTotal[]> {
    const times = new Histograms(this.blocks);
    try {
      const sums = new DeliverySums(reading.groupBy, times, reading.wanted);
      await this.readPages(reading, steps, sums);
      return sums.totals();
    } finally {
      times.release();
    }
  }

  /** @param steps one statement each */
  private async readPages(
    { groupBy, inUse }: Reading,
    steps: readonly (readonly PeriodRange[])[],
    into: DeliverySums | GroupCount,
  ): Promise<void> {
    // A copy of an earlier version has no other breakdown.
    const breakdown = inUse.isOutdated ? 'whole' : breakdownFor(groupBy);
    const dimensions = groupBy.filter(isNoTime);
    for (const step of steps) {
      const pages = await pageStatement(inUse.copy, breakdown, step).execute();
      // Keys are read after the pages, so that no key in them is unknown.
      const keys = await this.keys.of(inUse.copy);
      into.add(pages, keys.groupedBy(dimensions));
    }
  }
}

interface Reading {
  readonly groupBy: readonly ReportDimension[];
  readonly inUse: CopyInUse;
  readonly wanted: WantedGroups;
}

/** Returns the requested hours, limited to those with data; undefined without data. */
async function wholeRange(
  copy: Copy,
  { first, last }: Partial<HourRange>,
): Promise<HourRange | undefined> {
  const oldest = await edgeStatement(copy, 'asc').executeTakeFirst();
  const newest = await edgeStatement(copy, 'desc').executeTakeFirst();
  if (oldest === undefined || newest === undefined) return undefined;
  const range = {
    first: Math.max(first ?? oldest.period, oldest.period),
    last: Math.min(last ?? newest.period, newest.period),
  };
  return range.last < range.first ? undefined : range;
}

export const edgeStatement = ({ db }: Pick<Copy, 'db'>, direction: 'asc' | 'desc') =>
  db
    .selectFrom('roll_up_pages')
    .select('period')
    .where('level', '=', storedLevel('hour', 'whole'))
    .orderBy('period', direction)
    .limit(1);

/** @param ranges at least one */
export const pageStatement = (
  { db }: Pick<Copy, 'db'>,
  breakdown: Breakdown,
  ranges: readonly PeriodRange[],
) =>
  ranges
    .map(({ level, first, last, sign }) =>
      db
        .selectFrom('roll_up_pages')
        .select((column) => ['level', 'period', 'page', 'content', column.lit(sign).as('sign')])
        .where('level', '=', storedLevel(level, breakdown))
        .where('period', '>=', first)
        .where('period', '<=', last),
    )
    .reduce((all, one) => all.unionAll(one));

/**
 * Number of periods of each step. A report with many periods is read in steps, so that one of too many groups is
 * refused before all of it was read, and none is in memory as a whole. Each step costs queries, and an hour has
 * little data.
 */
const periodsAtOnce: Readonly<Record<RollUpLevel, number>> = { hour: 168, day: 16, month: 6 };

function inSteps(range: PeriodRange): readonly (readonly PeriodRange[])[] {
  const steps: (readonly PeriodRange[])[] = [];
  const periods = periodsAtOnce[range.level];
  for (let first = range.first; first <= range.last; first += periods) {
    steps.push([{ ...range, first, last: Math.min(range.last, first + periods - 1) }]);
  }
  return steps;
}

const isNoTime = (dimension: ReportDimension): boolean =>
  dimension !== 'hour' && dimension !== 'day';
