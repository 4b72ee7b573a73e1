import { BUCKETS, timesToDelivery } from '../../../application/projections/delivery-histogram.js';
import {
  REPORT_GROUPS_MAX,
  TooManyGroups,
  type DeliveryTotal,
  type DeliveryTotals,
  type DeliveryTotalsSource,
  type HourRange,
  type ReportDimension,
} from '../../../application/ports/delivery-totals.js';
import { messageStatuses } from '../../../domain/message/message-status.js';
import type { Catalog, CopyInUse } from '../catalog.js';
import type { CopyTables } from '../database-types.js';
import type { Copy } from '../read-model-database.js';
import {
  breakdownFor,
  levelOf,
  storedLevel,
  valueOf,
  type Breakdown,
  type RollUpKey,
} from '../roll-up-breakdown.js';
import {
  coveringPeriods,
  type Edges,
  type PeriodRange,
  type RollUpLevel,
} from '../roll-up-level.js';
import { pageKeys, RollUpColumns } from '../roll-up-page.js';
import { progressOf } from './progress-of.js';

/** Reports from the roll-ups: pages of months, days and hours are added up column by column. */
export class DeliveryTotalsTables implements DeliveryTotalsSource {
  private readonly keys = new RollUpKeyList();
  private readonly blocks = new HistogramBlocks();

  constructor(private readonly catalog: Catalog) {}

  async totals(
    groupBy: readonly ReportDimension[],
    range: Partial<HourRange>,
  ): Promise<DeliveryTotals> {
    const inUse = await this.catalog.copyOf('messages');
    const progress = await progressOf(inUse.copy);
    const hours = await wholeRange(inUse.copy, range);
    if (hours === undefined) return { totals: [], progress };
    const coarsest = (['hour', 'day'] as const).find((time) => groupBy.includes(time)) ?? 'month';
    const covered = (edges: Edges) => coveringPeriods(hours.first, hours.last, coarsest, edges);
    await this.keys.refresh(inUse);
    const groups = this.keys.groupedBy(groupBy.filter(isNoTime)).values.length;
    // One statement, because what is taken away must be as old as what it is taken from. Groups of which all
    // is taken away count until then, so they must not be able to be too many.
    const steps =
      coarsest === 'month' && groups <= REPORT_GROUPS_MAX
        ? [covered('rounded')]
        : covered('inside').flatMap(inSteps);
    return { totals: await this.sum(groupBy, steps, inUse), progress };
  }

  /** @param steps each of them one statement */
  private async sum(
    groupBy: readonly ReportDimension[],
    steps: readonly (readonly PeriodRange[])[],
    inUse: CopyInUse,
  ): Promise<readonly DeliveryTotal[]> {
    // A copy of an earlier version has no other.
    const breakdown = inUse.isOutdated ? 'whole' : breakdownFor(groupBy);
    const dimensions = groupBy.filter(isNoTime);
    const times = new Histograms(this.blocks);
    try {
      const sums = new Sums(groupBy, times);
      for (const step of steps) {
        const pages = await pageStatement(inUse.copy, breakdown, step).execute();
        // After the pages, so that no key in them is unknown.
        await this.keys.refresh(inUse);
        sums.add(pages, this.keys.groupedBy(dimensions));
      }
      return sums.totals();
    } finally {
      times.release();
    }
  }
}

/**
 * What a roll-up key stands for never changes, so only new ones are read, and what a question makes of them is
 * kept for the next one.
 */
class RollUpKeyList {
  private readonly all: RollUpKey[] = [];
  private readonly groupings = new Map<string, KeyGroups>();
  private copyName = '';

  async refresh({ name, copy }: CopyInUse): Promise<void> {
    if (name !== this.copyName) {
      this.all.length = 0;
      this.groupings.clear();
    }
    this.copyName = name;
    const rows = await copy.db
      .selectFrom('roll_up_keys')
      .selectAll()
      .where('key_id', '>=', Math.max(1, this.all.length))
      .execute();
    for (const row of rows) this.all[row.key_id] = row;
  }

  /** @param dimensions without times */
  groupedBy(dimensions: readonly ReportDimension[]): KeyGroups {
    const name = dimensions.join();
    const groups = this.groupings.get(name) ?? new KeyGroups(dimensions);
    this.groupings.set(name, groups);
    groups.learn(this.all);
    return groups;
  }
}

/** What a grouping asks of each key, looked up once. */
class KeyGroups {
  /** By key id. */
  groupOf = new Int32Array(0);
  statusOf = new Uint8Array(0);
  /** `NONE` where nothing was charged. */
  currencyOf = new Int32Array(0);
  /** By group number, the values that it stands for. */
  readonly values: (string | null)[][] = [];
  readonly currencies: string[] = [];
  private readonly numbers = new Map<string, number>();
  private keysKnown = 0;

  constructor(private readonly dimensions: readonly ReportDimension[]) {}

  learn(keys: readonly (RollUpKey | undefined)[]): void {
    if (keys.length === this.keysKnown) return;
    this.groupOf = resized(this.groupOf, new Int32Array(keys.length));
    this.statusOf = resized(this.statusOf, new Uint8Array(keys.length));
    this.currencyOf = resized(this.currencyOf, new Int32Array(keys.length));
    for (; this.keysKnown < keys.length; this.keysKnown++) {
      const key = keys[this.keysKnown];
      this.groupOf[this.keysKnown] = this.groupNumberOf(key);
      this.statusOf[this.keysKnown] = statusNumbers.get(key?.status ?? '') ?? 0;
      this.currencyOf[this.keysKnown] = this.currencyNumberOf(key?.currency ?? null);
    }
  }

  private groupNumberOf(key: RollUpKey | undefined): number {
    const values = this.dimensions.map((dimension) => (key && valueOf(key, dimension)) ?? null);
    const name = JSON.stringify(values);
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.values.length);
    return this.values.push(values) - 1;
  }

  private currencyNumberOf(currency: string | null): number {
    if (currency === null) return NONE;
    const known = this.currencies.indexOf(currency);
    return known === -1 ? this.currencies.push(currency) - 1 : known;
  }
}

/** The hours asked for, ended by what there is. */
async function wholeRange(
  copy: Copy,
  { first, last }: Partial<HourRange>,
): Promise<HourRange | undefined> {
  const oldest = await edgeStatement(copy, 'asc').executeTakeFirst();
  const newest = await edgeStatement(copy, 'desc').executeTakeFirst();
  if (oldest === undefined || newest === undefined) return undefined;
  return {
    first: Math.max(first ?? oldest.period, oldest.period),
    last: Math.min(last ?? newest.period, newest.period),
  };
}

export const edgeStatement = ({ db }: Pick<Copy, 'db'>, direction: 'asc' | 'desc') =>
  db
    .selectFrom('roll_up_pages')
    .select('period')
    .where('level', '=', storedLevel('hour', 'whole'))
    .orderBy('period', direction)
    .limit(1);

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

type Page = CopyTables['roll_up_pages'] & Pick<PeriodRange, 'sign'>;

/**
 * A report with many periods is read in steps, so that one of too many groups is refused before all of it was
 * read, and none is in memory as a whole. Each step costs queries, and of an hour there is little.
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

const HOURS_PER_DAY = 24;
const ROWS_AT_FIRST = 64;
const STATUSES = messageStatuses.length;
/** The row of a group that has none yet, and the currency of a key that has none. */
const NONE = -1;
const statusNumbers = new Map<string, number>(
  messageStatuses.map((status, index) => [status, index]),
);

/**
 * What the groups of a report add up to. A report adds up millions of numbers, so a group is a row, a
 * number, and everything is kept by column in arrays of numbers.
 */
class Sums {
  private readonly columns = new RollUpColumns();

  /** By time, and then by group number, without time. */
  private readonly rowOf = new Map<number, Int32Array>();
  private readonly groups: DeliveryTotal['group'][] = [];
  private capacity = 0;
  private messages = new Float64Array(0);
  private segments = new Float64Array(0);
  private contradicted = new Float64Array(0);
  /** `STATUSES` for each row. */
  private byStatus = new Float64Array(0);
  /** By currency. */
  private readonly amounts: Float64Array[] = [];
  private currencies: readonly string[] = [];

  constructor(
    private readonly groupBy: readonly ReportDimension[],
    private readonly times: Histograms,
  ) {}

  /** @param keys of the same grouping each time; it may have learned more */
  add(pages: readonly Page[], keys: KeyGroups): void {
    this.currencies = keys.currencies;
    while (this.amounts.length < keys.currencies.length) {
      this.amounts.push(new Float64Array(this.capacity));
    }
    for (const { level: stored, period, page, content, sign } of pages) {
      const level = levelOf(stored);
      this.columns.read(content);
      this.addPage(page * pageKeys[level], this.timeOf(level, period), sign, keys);
    }
  }

  private addPage(firstKey: number, time: number, sign: number, keys: KeyGroups): void {
    const rowOf = this.rowsAt(time, keys.values.length);
    const { groupOf } = keys;
    const { entries, steps, cellCounts, buckets, counts } = this.columns;
    let key = firstKey;
    let cell = 0;
    for (let index = 0; index < entries; index++) {
      key += steps[index] ?? 0;
      const lastCell = cell + (cellCounts[index] ?? 0);
      const group = groupOf[key];
      if (group === undefined) {
        cell = lastCell;
        continue;
      }
      let row = rowOf[group] ?? NONE;
      if (row === NONE) {
        row = this.newRow(keys.values[group] ?? [], time);
        rowOf[group] = row;
      }
      this.addEntry(index, row, sign, keys.statusOf[key], keys.currencyOf[key]);
      if (cell === lastCell) continue;
      const [times, firstBucket] = this.times.of(row);
      for (; cell < lastCell; cell++) {
        const bucket = firstBucket + (buckets[cell] ?? 0);
        times[bucket] = (times[bucket] ?? 0) + sign * (counts[cell] ?? 0);
      }
    }
  }

  private addEntry(index: number, row: number, sign: number, status = 0, currency = NONE): void {
    const { columns } = this;
    const messages = sign * (columns.messages[index] ?? 0);
    const segments = sign * (columns.segments[index] ?? 0);
    const contradicted = sign * (columns.contradicted[index] ?? 0);
    this.messages[row] = (this.messages[row] ?? 0) + messages;
    this.segments[row] = (this.segments[row] ?? 0) + segments;
    this.contradicted[row] = (this.contradicted[row] ?? 0) + contradicted;
    const place = row * STATUSES + status;
    this.byStatus[place] = (this.byStatus[place] ?? 0) + messages;
    const amounts = this.amounts[currency];
    if (amounts !== undefined) {
      amounts[row] = (amounts[row] ?? 0) + sign * (columns.amounts[index] ?? 0);
    }
  }

  /** Without groups of which all was taken away again. */
  totals(): readonly DeliveryTotal[] {
    const totals: DeliveryTotal[] = [];
    for (const [row, group] of this.groups.entries()) {
      const messages = this.messages[row] ?? 0;
      if (messages === 0) continue;
      totals.push({
        group,
        messages,
        segments: this.segments[row] ?? 0,
        contradicted: this.contradicted[row] ?? 0,
        byStatus: this.byStatus.subarray(row * STATUSES, (row + 1) * STATUSES),
        amounts: this.amountsOf(row),
        timesToDelivery: timesToDelivery(this.times.countsOf(row)),
      });
    }
    return totals;
  }

  private amountsOf(row: number): ReadonlyMap<string, number> {
    const amounts = new Map<string, number>();
    for (const [index, currency] of this.currencies.entries()) {
      const amount = this.amounts[index]?.[row] ?? 0;
      if (amount !== 0) amounts.set(currency, amount);
    }
    return amounts;
  }

  private rowsAt(time: number, groups: number): Int32Array {
    const known = this.rowOf.get(time);
    if (known !== undefined && known.length === groups) return known;
    const rows = new Int32Array(groups).fill(NONE);
    rows.set(known ?? []);
    this.rowOf.set(time, rows);
    return rows;
  }

  private newRow(groupValues: readonly (string | null)[], time: number): number {
    if (this.groups.length === REPORT_GROUPS_MAX) throw new TooManyGroups();
    if (this.groups.length === this.capacity) this.grow();
    const day = this.groupBy.includes('hour') ? Math.floor(time / HOURS_PER_DAY) : time;
    let next = 0;
    const named = this.groupBy.map((dimension) => {
      if (dimension === 'hour') return time;
      return dimension === 'day' ? day : (groupValues[next++] ?? null);
    });
    return this.groups.push(named) - 1;
  }

  private grow(): void {
    const rows = Math.min(REPORT_GROUPS_MAX, Math.max(ROWS_AT_FIRST, this.capacity * 4));
    this.messages = resized(this.messages, new Float64Array(rows));
    this.segments = resized(this.segments, new Float64Array(rows));
    this.contradicted = resized(this.contradicted, new Float64Array(rows));
    this.byStatus = resized(this.byStatus, new Float64Array(rows * STATUSES));
    for (const [index, amounts] of this.amounts.entries()) {
      this.amounts[index] = resized(amounts, new Float64Array(rows));
    }
    this.capacity = rows;
  }

  /** The hour or day that the report tells apart, or 0 when it tells none apart. */
  private timeOf(level: RollUpLevel, period: number): number {
    if (this.groupBy.includes('hour')) return period;
    if (!this.groupBy.includes('day')) return 0;
    return level === 'hour' ? Math.floor(period / HOURS_PER_DAY) : period;
  }
}

const HISTOGRAMS_PER_BLOCK = 64;
/** What one report may need. */
const FREE_BLOCKS_MAX = Math.ceil(REPORT_GROUPS_MAX / HISTOGRAMS_PER_BLOCK);

/** Memory for histograms, which is used again: ten megabytes for each report would keep the collector busy. */
class HistogramBlocks {
  private readonly free: Uint32Array[] = [];

  take(): Uint32Array {
    return this.free.pop()?.fill(0) ?? new Uint32Array(HISTOGRAMS_PER_BLOCK * BUCKETS);
  }

  giveBack(blocks: readonly Uint32Array[]): void {
    this.free.push(...blocks.slice(0, FREE_BLOCKS_MAX - this.free.length));
  }
}

/** Times to delivery of the rows of one report, for those that have any. */
class Histograms {
  private readonly taken: Uint32Array[] = [];
  private readonly placeOf: number[] = [];
  private next = 0;

  constructor(private readonly blocks: HistogramBlocks) {}

  /** @returns an array, and where in it the buckets of the row begin */
  of(row: number): readonly [Uint32Array, number] {
    const place = (this.placeOf[row] ??= this.next++);
    const block = (this.taken[Math.floor(place / HISTOGRAMS_PER_BLOCK)] ??= this.blocks.take());
    return [block, (place % HISTOGRAMS_PER_BLOCK) * BUCKETS];
  }

  /** Only until the release. */
  countsOf(row: number): Uint32Array {
    if (this.placeOf[row] === undefined) return noTimes;
    const [block, first] = this.of(row);
    return block.subarray(first, first + BUCKETS);
  }

  release(): void {
    this.blocks.giveBack(this.taken.splice(0));
  }
}

const noTimes = new Uint32Array(0);

function resized<Numbers extends Float64Array | Uint32Array | Int32Array | Uint8Array>(
  from: Numbers,
  to: Numbers,
): Numbers {
  to.set(from);
  return to;
}

const isNoTime = (dimension: ReportDimension): boolean =>
  dimension !== 'hour' && dimension !== 'day';
