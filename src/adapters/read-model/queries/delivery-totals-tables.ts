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
import { columnsOf, pageKeys } from '../roll-up-page.js';
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
    const sums = new Sums(groupBy);
    for (const periods of coveringPeriods(hours.first, hours.last, coarsest)) {
      const pages = await pagesOf(inUse.copy, periods);
      await this.keys.refresh(inUse);
      sums.add(periods, pages, this.keys.all);
    }
    return { totals: sums.totals(), progress };
  }
}

/** What a roll-up key stands for never changes, so only new ones are read. */
class RollUpKeyList {
  readonly all: Key[] = [];
  private copyName = '';

  async refresh({ name, copy }: CopyInUse): Promise<void> {
    if (name !== this.copyName) this.all.length = 0;
    this.copyName = name;
    const rows = await copy.db
      .selectFrom('roll_up_keys')
      .selectAll()
      .where('key_id', '>=', Math.max(1, this.all.length))
      .execute();
    for (const row of rows) this.all[row.key_id] = row;
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

interface Sum {
  readonly group: readonly (string | number | null)[];
  messages: number;
  readonly byStatus: Float64Array;
  segments: number;
  contradicted: number;
  readonly amounts: Map<string, number>;
  readonly times: Float64Array;
}

const HOURS_PER_DAY = 24;
const statusNumbers = new Map<string, number>(
  messageStatuses.map((status, index) => [status, index]),
);

/** What is asked of a key for every entry, looked up once. */
interface KnownKey {
  /** Number of the key's group, without time. */
  readonly group: number;
  readonly status: number;
  readonly currency: string | null;
}

class Sums {
  private readonly known: KnownKey[] = [];
  private readonly groupNumbers = new Map<string, number>();
  /** By group number, the values that it stands for; at the place of a time stands null. */
  private readonly groupValues: (string | null)[][] = [];
  /** By time, and then by group number. */
  private readonly byTime = new Map<number, (Sum | undefined)[]>();
  private readonly all: Sum[] = [];

  constructor(private readonly groupBy: readonly ReportDimension[]) {}

  add({ level }: PeriodRange, pages: readonly Page[], keys: readonly (Key | undefined)[]): void {
    for (let keyId = this.known.length; keyId < keys.length; keyId++) this.learn(keys[keyId]);
    for (const { period, page, content } of pages) {
      const time = this.timeOf(level, period);
      let sums = this.byTime.get(time);
      if (sums === undefined) {
        sums = [];
        this.byTime.set(time, sums);
      }
      this.addPage(content, page * pageKeys[level], sums, time);
    }
  }

  private learn(key: Key | undefined): void {
    const values = this.groupBy.map((dimension) => (key && valueOf(key, dimension)) ?? null);
    const name = JSON.stringify(values);
    let group = this.groupNumbers.get(name);
    if (group === undefined) {
      group = this.groupNumbers.size;
      this.groupNumbers.set(name, group);
      this.groupValues.push(values);
    }
    const status = statusNumbers.get(key?.status ?? '') ?? 0;
    this.known.push({ group, status, currency: key?.currency ?? null });
  }

  private addPage(
    content: Uint8Array,
    firstKey: number,
    sums: (Sum | undefined)[],
    time: number,
  ): void {
    const columns = columnsOf(content);
    const { slots, places, counts } = columns;
    for (let index = 0; index < slots.length; index++) {
      const key = this.known[firstKey + (slots[index] ?? 0)];
      if (key === undefined) continue;
      const { group, status, currency } = key;
      const sum = sums[group] ?? this.newSum(sums, group, time);
      const messages = columns.messages[index] ?? 0;
      sum.messages += messages;
      sum.byStatus[status] = (sum.byStatus[status] ?? 0) + messages;
      sum.segments += columns.segments[index] ?? 0;
      sum.contradicted += columns.contradicted[index] ?? 0;
      if (currency === null) continue;
      sum.amounts.set(currency, (sum.amounts.get(currency) ?? 0) + (columns.amounts[index] ?? 0));
    }
    for (let index = 0; index < places.length; index++) {
      const place = places[index] ?? 0;
      const key = this.known[firstKey + Math.floor(place / BUCKETS)];
      const times = key && sums[key.group]?.times;
      if (times === undefined) continue;
      const bucket = place % BUCKETS;
      times[bucket] = (times[bucket] ?? 0) + (counts[index] ?? 0);
    }
  }

  totals(): readonly DeliveryTotal[] {
    return this.all.map((sum) => ({
      ...sum,
      byStatus: new Map<MessageStatus, number>(
        messageStatuses.flatMap((status, index) => {
          const messages = sum.byStatus[index] ?? 0;
          return messages === 0 ? [] : [[status, messages] as const];
        }),
      ),
    }));
  }

  private newSum(sums: (Sum | undefined)[], group: number, time: number): Sum {
    if (this.all.length === REPORT_GROUPS_MAX) throw new TooManyGroups();
    const day = this.groupBy.includes('hour') ? Math.floor(time / HOURS_PER_DAY) : time;
    const values = this.groupValues[group] ?? [];
    const sum: Sum = {
      group: this.groupBy.map((dimension, index) => {
        if (dimension === 'hour') return time;
        return dimension === 'day' ? day : (values[index] ?? null);
      }),
      messages: 0,
      byStatus: new Float64Array(messageStatuses.length),
      segments: 0,
      contradicted: 0,
      amounts: new Map(),
      times: new Float64Array(BUCKETS),
    };
    sums[group] = sum;
    this.all.push(sum);
    return sum;
  }

  /** The hour or day that the report tells apart, or 0 when it tells none apart. */
  private timeOf(level: PeriodRange['level'], period: number): number {
    if (this.groupBy.includes('hour')) return period;
    if (!this.groupBy.includes('day')) return 0;
    return level === 'hour' ? Math.floor(period / HOURS_PER_DAY) : period;
  }
}

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
