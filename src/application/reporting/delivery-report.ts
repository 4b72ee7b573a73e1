import { messageStatuses, type MessageStatus } from '../../domain/message/message-status.js';
import { InvalidRequest } from '../errors.js';
import {
  REPORT_GROUPS_MAX,
  TooManyGroups,
  type DeliveryTotal,
  type DeliveryTotalsSource,
  type ReportDimension,
} from '../ports/delivery-totals.js';
import { HOUR_MS } from '../projecting/messages/delivery-contribution.js';
import type { TimesToDelivery } from '../projecting/messages/delivery-histogram.js';
import { formatAmount } from '../projecting/messages/money.js';
import type { AsOf, Freshness } from './as-of.js';

/** The most days of a report by the hour, because it reads each hour. */
export const HOURLY_REPORT_DAYS_MAX = 31;

const HOURS_PER_DAY = 24;

/** Dimensions by which a report can be narrowed. */
export const reportFilters = ['country', 'from'] as const satisfies readonly ReportDimension[];
export type ReportFilter = (typeof reportFilters)[number];

export interface DeliveryReportQuestion {
  readonly groupBy: readonly ReportDimension[];
  /** Counts only the messages with these values. */
  readonly only?: Readonly<Partial<Record<ReportFilter, string>>>;
  /** Milliseconds since 1970; the hour that it lies in is included. */
  readonly since?: number;
  /** Milliseconds since 1970; hours that begin before are included. */
  readonly until?: number;
}

export interface StatusShare {
  readonly messages: number;
  /** 0 to 1. */
  readonly share: number;
}

export interface DeliveryReportRow {
  /** The group's values, in the order of the question. */
  readonly group: Readonly<Partial<Record<ReportDimension, string | null>>>;
  readonly messages: number;
  readonly byStatus: Readonly<Partial<Record<MessageStatus, StatusShare>>>;
  /** Delivered or read by the word of a carrier, 0 to 1; null where there are no messages. */
  readonly deliveredShare: number | null;
  /** Delivered by the word of a person: counted in `byStatus`, and not in `deliveredShare`. */
  readonly deliveredByOperator: number;
  /** No receipt inside the confirmation window, 0 to 1. */
  readonly unconfirmedShare: number | null;
  readonly contradictions: number;
  readonly segments: number;
  readonly cost: readonly { readonly currency: string; readonly amount: string }[];
  readonly timeToDelivery: TimesToDelivery;
}

export interface DeliveryReport {
  readonly groupBy: readonly ReportDimension[];
  readonly rows: readonly DeliveryReportRow[];
  readonly asOf: AsOf;
}

/** Reports counts, shares, costs and times to delivery, from the roll-ups. */
export class ReportDelivery {
  constructor(
    private readonly source: DeliveryTotalsSource,
    private readonly freshness: Freshness,
  ) {}

  /** @throws InvalidRequest when the answer would be too large */
  async execute(question: DeliveryReportQuestion): Promise<DeliveryReport> {
    checkHours(question);
    const { groupBy, only = {}, since, until } = question;
    // Groups hold all that a row needs, percentiles too, so a filter is a group of which one value is taken.
    const hidden = reportFilters.filter((one) => only[one] !== undefined && !groupBy.includes(one));
    const grouped = [...groupBy, ...hidden];
    try {
      const range = {
        ...(since === undefined ? {} : { first: Math.floor(since / HOUR_MS) }),
        ...(until === undefined ? {} : { last: Math.ceil(until / HOUR_MS) - 1 }),
      };
      const { totals, progress } = await this.source.totals(grouped, range, only);
      const rows = totals.toSorted(byGroup).map((total) => reportRow(groupBy, total));
      return { groupBy, rows, asOf: await this.freshness.asOf(progress) };
    } catch (error) {
      if (!(error instanceof TooManyGroups)) throw error;
      throw new InvalidRequest([
        {
          parameter: 'groupBy',
          detail: `the report would have more than ${REPORT_GROUPS_MAX} rows: group by less, or narrow since and until`,
        },
      ]);
    }
  }
}

function checkHours({ groupBy, since, until }: DeliveryReportQuestion): void {
  if (!groupBy.includes('hour')) return;
  const hoursMax = HOURLY_REPORT_DAYS_MAX * HOURS_PER_DAY;
  const isBounded = since !== undefined && until !== undefined;
  if (isBounded && until - since <= hoursMax * HOUR_MS) return;
  throw new InvalidRequest([
    {
      parameter: 'groupBy',
      detail: `a report by hour needs since and until, at most ${HOURLY_REPORT_DAYS_MAX} days apart`,
    },
  ]);
}

/** Sorts by group, first dimension first; unknown values come last. */
function byGroup(left: DeliveryTotal, right: DeliveryTotal): number {
  for (const [index, one] of left.group.entries()) {
    const other = right.group[index] ?? null;
    if (one === other) continue;
    if (one === null) return 1;
    if (other === null) return -1;
    return one < other ? -1 : 1;
  }
  return 0;
}

function reportRow(groupBy: readonly ReportDimension[], total: DeliveryTotal): DeliveryReportRow {
  const { messages, byStatus, deliveredByOperator } = total;
  const count = (status: MessageStatus): number => byStatus[messageStatuses.indexOf(status)] ?? 0;
  return {
    group: Object.fromEntries(
      groupBy.map((dimension, index) => [dimension, nameOf(dimension, total.group[index] ?? null)]),
    ),
    messages,
    byStatus: sharesOf(byStatus, messages),
    deliveredShare: shareOf(count('delivered') - deliveredByOperator + count('read'), messages),
    deliveredByOperator,
    unconfirmedShare: shareOf(count('unconfirmed'), messages),
    contradictions: total.contradicted,
    segments: total.segments,
    cost: [...total.amounts]
      .toSorted(([left], [right]) => (left < right ? -1 : 1))
      .map(([currency, amount]) => ({ currency, amount: formatAmount(amount) })),
    timeToDelivery: total.timesToDelivery,
  };
}

/** Returns shares of the statuses that occur. */
function sharesOf(byStatus: ArrayLike<number>, messages: number): DeliveryReportRow['byStatus'] {
  const shares: Partial<Record<MessageStatus, StatusShare>> = {};
  for (const [index, status] of messageStatuses.entries()) {
    const some = byStatus[index] ?? 0;
    if (some !== 0) shares[status] = { messages: some, share: shareOf(some, messages) ?? 0 };
  }
  return shares;
}

/** Rounded, so that equal shares look equal. */
export const shareOf = (some: number, all: number): number | null =>
  all === 0 ? null : Math.round((some / all) * 1e6) / 1e6;

function nameOf(dimension: ReportDimension, value: string | number | null): string | null {
  if (typeof value !== 'number') return value;
  if (dimension === 'hour') return new Date(value * HOUR_MS).toISOString();
  return new Date(value * HOURS_PER_DAY * HOUR_MS).toISOString().slice(0, 10);
}
