import type { TimesToDelivery } from '../projecting/messages/delivery-histogram.js';
import type { ProjectionProgress } from './projection-store.js';

export const reportDimensions = [
  'country',
  'networkCode',
  'from',
  'channel',
  'errorCode',
  'hour',
  'day',
] as const;

export type ReportDimension = (typeof reportDimensions)[number];

/** Values of some dimensions, of which the messages are counted that have all of them. */
export type ReportOnly = Readonly<Partial<Record<ReportDimension, string>>>;

/** Hours since 1970, both included. */
export interface HourRange {
  readonly first: number;
  readonly last: number;
}

export interface DeliveryTotal {
  /** In the order of the question; hours and days as numbers since 1970. */
  readonly group: readonly (string | number | null)[];
  /** At least 1. */
  readonly messages: number;
  /** In the order of `messageStatuses`. */
  readonly byStatus: ArrayLike<number>;
  readonly segments: number;
  /** The messages, and their segments, for which a report named a price. */
  readonly priced: { readonly messages: number; readonly segments: number };
  /** Amounts by currency, without currencies in which nothing was charged; integers, see `money.ts`. */
  readonly amounts: ReadonlyMap<string, number>;
  readonly contradicted: number;
  /** Messages called delivered by a person, not by a carrier. */
  readonly deliveredByOperator: number;
  readonly timesToDelivery: TimesToDelivery;
}

export interface DeliveryTotals {
  readonly totals: readonly DeliveryTotal[];
  readonly progress: ProjectionProgress | undefined;
}

/** The most groups of an answer: nobody reads more, and an answer must fit into memory. */
export const REPORT_GROUPS_MAX = 10_000;

/** The question has more than `REPORT_GROUPS_MAX` answers. */
export class TooManyGroups extends Error {
  override readonly name = 'TooManyGroups';
}

/** Adds up the delivery roll-ups. */
export interface DeliveryTotalsSource {
  /**
   * @param range without it, all time
   * @param only of dimensions in `groupBy`: no other groups are answered, or are too many
   * @throws TooManyGroups
   */
  totals(
    groupBy: readonly ReportDimension[],
    range: Partial<HourRange>,
    only?: ReportOnly,
  ): Promise<DeliveryTotals>;
}
