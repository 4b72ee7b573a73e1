import { BUCKETS } from '../../../application/projections/delivery-histogram.js';
import {
  REPORT_GROUPS_MAX,
  TooManyGroups,
  type DeliveryTotal,
  type DeliveryTotals,
  type DeliveryTotalsSource,
  type HourRange,
  type ReportDimension,
} from '../../../application/ports/delivery-totals.js';
import { messageStatuses, type MessageStatus } from '../../../domain/message/message-status.js';
import type { Catalog, CopyInUse } from '../catalog.js';
import type { CopyTables } from '../database-types.js';
import type { Copy } from '../read-model-database.js';
import { coveringPeriods, levelNumbers, type PeriodRange } from '../roll-up-level.js';
import { pageKeys, RollUpColumns } from '../roll-up-page.js';
import { progressOf } from './progress-of.js';

type Key = CopyTables['roll_up_keys'];

/** Reports from the roll-ups: pages of months, days and hours are added up column by column. */
export class DeliveryTotalsTables implements DeliveryTotalsSource {
  private readonly keys = new RollUpKeyList();

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
    const read: (readonly [PeriodRange, readonly Page[]])[] = [];
    for (const periods of coveringPeriods(hours.first, hours.last, coarsest)) {
      read.push([periods, await pagesOf(inUse.copy, periods)]);
    }
    // After the pages, so that no key in them is unknown.
    await this.keys.refresh(inUse);
    const sums = new Sums(groupBy, this.keys.groupedBy(groupBy.filter(isNoTime)));
    for (const [periods, pages] of read) sums.add(periods, pages);
    return { totals: sums.totals(), progress };
  }
}

/**
 * What a roll-up key stands for never changes, so only new ones are read, and what a question makes of them is
 * kept for the next one.
 */
class RollUpKeyList {
  private readonly all: Key[] = [];
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

  learn(keys: readonly (Key | undefined)[]): void {
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

  private groupNumberOf(key: Key | undefined): number {
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
    .where('level', '=', levelNumbers.hour)
    .orderBy('period', direction)
    .limit(1);

export const pageStatement = ({ db }: Pick<Copy, 'db'>, { level, first, last }: PeriodRange) =>
  db
    .selectFrom('roll_up_pages')
    .select(['period', 'page', 'content'])
    .where('level', '=', levelNumbers[level])
    .where('period', '>=', first)
    .where('period', '<=', last);

type Page = Pick<CopyTables['roll_up_pages'], 'period' | 'page' | 'content'>;

const pagesOf = (copy: Copy, periods: PeriodRange): Promise<readonly Page[]> =>
  pageStatement(copy, periods).execute();

const HOURS_PER_DAY = 24;
const ROWS_AT_FIRST = 64;
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
  /** `BUCKETS` for each row. */
  private times = new Uint32Array(0);
  private readonly byStatus = messageStatuses.map(() => new Float64Array(0));
  /** By currency. NaN where a group has nothing in it. */
  private readonly amounts: Float64Array[];

  constructor(
    private readonly groupBy: readonly ReportDimension[],
    private readonly keys: KeyGroups,
  ) {
    this.amounts = keys.currencies.map(() => new Float64Array(0));
  }

  add({ level }: PeriodRange, pages: readonly Page[]): void {
    for (const { period, page, content } of pages) {
      this.columns.read(content);
      this.addPage(page * pageKeys[level], this.timeOf(level, period));
    }
  }

  private addPage(firstKey: number, time: number): void {
    const rowOf = this.rowsAt(time);
    const { groupOf } = this.keys;
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
        row = this.newRow(group, time);
        rowOf[group] = row;
      }
      this.addEntry(row, key, index);
      const { times } = this;
      const firstBucket = row * BUCKETS;
      for (; cell < lastCell; cell++) {
        const bucket = firstBucket + (buckets[cell] ?? 0);
        times[bucket] = (times[bucket] ?? 0) + (counts[cell] ?? 0);
      }
    }
  }

  private addEntry(row: number, key: number, index: number): void {
    const { columns } = this;
    const messages = columns.messages[index] ?? 0;
    const byStatus = this.byStatus[this.keys.statusOf[key] ?? 0];
    this.messages[row] = (this.messages[row] ?? 0) + messages;
    this.segments[row] = (this.segments[row] ?? 0) + (columns.segments[index] ?? 0);
    this.contradicted[row] = (this.contradicted[row] ?? 0) + (columns.contradicted[index] ?? 0);
    if (byStatus !== undefined) byStatus[row] = (byStatus[row] ?? 0) + messages;
    const amounts = this.amounts[this.keys.currencyOf[key] ?? NONE];
    if (amounts === undefined) return;
    const before = amounts[row] ?? 0;
    amounts[row] = (Number.isNaN(before) ? 0 : before) + (columns.amounts[index] ?? 0);
  }

  totals(): readonly DeliveryTotal[] {
    return this.groups.map((group, row) => ({
      group,
      messages: this.messages[row] ?? 0,
      segments: this.segments[row] ?? 0,
      contradicted: this.contradicted[row] ?? 0,
      byStatus: new Map<MessageStatus, number>(
        messageStatuses.flatMap((status, index) => {
          const messages = this.byStatus[index]?.[row] ?? 0;
          return messages === 0 ? [] : [[status, messages] as const];
        }),
      ),
      amounts: new Map(
        this.keys.currencies.flatMap((currency, index) => {
          const amount = this.amounts[index]?.[row] ?? Number.NaN;
          return Number.isNaN(amount) ? [] : [[currency, amount] as const];
        }),
      ),
      times: this.times.subarray(row * BUCKETS, (row + 1) * BUCKETS),
    }));
  }

  private rowsAt(time: number): Int32Array {
    const known = this.rowOf.get(time);
    if (known !== undefined && known.length === this.keys.values.length) return known;
    const rows = new Int32Array(this.keys.values.length).fill(NONE);
    rows.set(known ?? []);
    this.rowOf.set(time, rows);
    return rows;
  }

  private newRow(group: number, time: number): number {
    if (this.groups.length === REPORT_GROUPS_MAX) throw new TooManyGroups();
    if (this.groups.length === this.capacity) this.grow();
    const day = this.groupBy.includes('hour') ? Math.floor(time / HOURS_PER_DAY) : time;
    const values = (this.keys.values[group] ?? []).values();
    const named = this.groupBy.map((dimension) => {
      if (dimension === 'hour') return time;
      return dimension === 'day' ? day : (values.next().value ?? null);
    });
    return this.groups.push(named) - 1;
  }

  private grow(): void {
    const rows = Math.min(REPORT_GROUPS_MAX, Math.max(ROWS_AT_FIRST, this.capacity * 2));
    this.messages = resized(this.messages, new Float64Array(rows));
    this.segments = resized(this.segments, new Float64Array(rows));
    this.contradicted = resized(this.contradicted, new Float64Array(rows));
    this.times = resized(this.times, new Uint32Array(rows * BUCKETS));
    for (const [index, counts] of this.byStatus.entries()) {
      this.byStatus[index] = resized(counts, new Float64Array(rows));
    }
    for (const [index, amounts] of this.amounts.entries()) {
      this.amounts[index] = resized(amounts, new Float64Array(rows).fill(Number.NaN));
    }
    this.capacity = rows;
  }

  /** The hour or day that the report tells apart, or 0 when it tells none apart. */
  private timeOf(level: PeriodRange['level'], period: number): number {
    if (this.groupBy.includes('hour')) return period;
    if (!this.groupBy.includes('day')) return 0;
    return level === 'hour' ? Math.floor(period / HOURS_PER_DAY) : period;
  }
}

function resized<Numbers extends Float64Array | Uint32Array | Int32Array | Uint8Array>(
  from: Numbers,
  to: Numbers,
): Numbers {
  to.set(from);
  return to;
}

const isNoTime = (dimension: ReportDimension): boolean =>
  dimension !== 'hour' && dimension !== 'day';

function valueOf(key: Key, dimension: ReportDimension): string | null {
  switch (dimension) {
    case 'country':
      return key.country;
    case 'networkCode':
      return key.network_code;
    case 'from':
      return key.sender;
    case 'channel':
      return key.channel;
    case 'errorCode':
      return key.error_code;
    case 'hour':
    case 'day':
      return null;
  }
}
