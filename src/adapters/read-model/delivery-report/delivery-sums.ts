import {
  REPORT_GROUPS_MAX,
  TooManyGroups,
  type DeliveryTotal,
  type ReportDimension,
} from '../../../application/ports/delivery-totals.js';
import { messageStatuses } from '../../../domain/message/message-status.js';
import type { CopyTables } from '../tables.js';
import { levelOf } from './roll-up-breakdown.js';
import { HOURS_PER_DAY, type PeriodRange, type RollUpLevel } from './roll-up-level.js';
import { pageKeys, RollUpColumns } from './roll-up-page.js';
import type { Histograms } from './histograms.js';
import { NO_CURRENCY, type KeyGroups } from './known-keys.js';
import { resized } from './resized.js';
import type { WantedGroups } from './wanted-groups.js';

/** A page of roll-ups, to be added or subtracted. */
export type SignedPage = CopyTables['roll_up_pages'] & Pick<PeriodRange, 'sign'>;

const STATUSES = messageStatuses.length;
const ROWS_AT_FIRST = 64;
/** Marks a group without a row. */
const NONE = -1;

/**
 * The sums of a report's groups. A report adds up millions of numbers, so a group is a row number, and everything is
 * kept by column in arrays of numbers.
 */
export class DeliverySums {
  private readonly columns = new RollUpColumns();

  /** Rows by time and then by group number, without time. */
  private readonly rowOf = new Map<number, Int32Array>();
  private readonly groups: DeliveryTotal['group'][] = [];
  private capacity = 0;
  private messages = new Float64Array(0);
  private segments = new Float64Array(0);
  private pricedMessages = new Float64Array(0);
  private pricedSegments = new Float64Array(0);
  private contradicted = new Float64Array(0);
  /** One counter of each of `STATUSES` per row. */
  private byStatus = new Float64Array(0);
  /** Amounts by currency. */
  private readonly amounts: Float64Array[] = [];
  private currencies: readonly string[] = [];

  constructor(
    private readonly groupBy: readonly ReportDimension[],
    private readonly times: Histograms,
    private readonly wanted: WantedGroups,
  ) {}

  /** @param keys always of the same grouping; new keys may have been added */
  add(pages: readonly SignedPage[], keys: KeyGroups): void {
    this.currencies = keys.currencies;
    while (this.amounts.length < keys.currencies.length) {
      this.amounts.push(new Float64Array(this.capacity));
    }
    for (const { level: stored, period, page, content, sign } of pages) {
      const level = levelOf(stored);
      this.columns.read(content);
      this.addPage(page * pageKeys[level], reportTime(this.groupBy, level, period), sign, keys);
    }
  }

  private addPage(firstKey: number, time: number, sign: number, keys: KeyGroups): void {
    const rowOf = this.rowsAt(time, keys.values.length);
    const wanted = this.wanted.of(keys);
    const { groupOf } = keys;
    const { entries, steps, cellCounts, buckets, counts } = this.columns;
    let key = firstKey;
    let cell = 0;
    for (let index = 0; index < entries; index++) {
      key += steps[index] ?? 0;
      const lastCell = cell + (cellCounts[index] ?? 0);
      const group = groupOf[key];
      if (group === undefined) throw new RangeError(`no roll-up key has the number ${key}`);
      if (wanted[group] !== 1) {
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

  private addEntry(
    index: number,
    row: number,
    sign: number,
    status = 0,
    currency = NO_CURRENCY,
  ): void {
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
      this.pricedMessages[row] = (this.pricedMessages[row] ?? 0) + messages;
      this.pricedSegments[row] = (this.pricedSegments[row] ?? 0) + segments;
      amounts[row] = (amounts[row] ?? 0) + sign * (columns.amounts[index] ?? 0);
    }
  }

  /** Returns the totals without groups that were subtracted completely. */
  totals(): readonly DeliveryTotal[] {
    const totals: DeliveryTotal[] = [];
    for (const [row, group] of this.groups.entries()) {
      const messages = this.messages[row] ?? 0;
      if (messages === 0) continue;
      totals.push({
        group,
        messages,
        segments: this.segments[row] ?? 0,
        priced: {
          messages: this.pricedMessages[row] ?? 0,
          segments: this.pricedSegments[row] ?? 0,
        },
        contradicted: this.contradicted[row] ?? 0,
        byStatus: this.statusesOf(row),
        amounts: this.amountsOf(row),
        deliveredByOperator: this.times.deliveredByOperator(row),
        timesToDelivery: this.times.timesOf(row),
      });
    }
    return totals;
  }

  /** Copies the counts: thousands of views into one array would cost garbage collection. */
  private statusesOf(row: number): readonly number[] {
    const counts: number[] = [];
    const end = (row + 1) * STATUSES;
    for (let place = row * STATUSES; place < end; place++) counts.push(this.byStatus[place] ?? 0);
    return counts;
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
    this.pricedMessages = resized(this.pricedMessages, new Float64Array(rows));
    this.pricedSegments = resized(this.pricedSegments, new Float64Array(rows));
    this.contradicted = resized(this.contradicted, new Float64Array(rows));
    this.byStatus = resized(this.byStatus, new Float64Array(rows * STATUSES));
    for (const [index, amounts] of this.amounts.entries()) {
      this.amounts[index] = resized(amounts, new Float64Array(rows));
    }
    this.capacity = rows;
  }
}

/** The hour or day of a group, or 0 for a report that does not group by time. */
export function reportTime(
  groupBy: readonly ReportDimension[],
  level: RollUpLevel,
  period: number,
): number {
  if (groupBy.includes('hour')) return period;
  if (!groupBy.includes('day')) return 0;
  return level === 'hour' ? Math.floor(period / HOURS_PER_DAY) : period;
}
