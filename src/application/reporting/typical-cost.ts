import { Remembered } from '../operating/remembered.js';
import type { DeliveryTotal, DeliveryTotalsSource } from '../ports/delivery-totals.js';
import type { Clock, MonotonicClock } from '../ports/clock.js';
import { HOUR_MS } from '../projecting/messages/delivery-contribution.js';

/**
 * Days of a typical cost, because prices change. A day by country and channel has few groups: far below
 * `REPORT_GROUPS_MAX`.
 */
export const COST_DAYS = 28;
export const HOURS_PER_DAY = 24;
/**
 * Time for which a report is reused: a preview need not know the latest charges, and a report costs tens of
 * milliseconds.
 */
const REPORT_AGE_MS_MAX = 10_000;
const SMS = 'sms';

/**
 * The units by which a channel is charged: segments of SMS, messages of the others. Only units with a reported price
 * count. A report may name a price and no segments, and each message has at least one.
 */
export const pricedUnits = (channel: string, { messages, segments }: DeliveryTotal['priced']) =>
  channel === SMS ? Math.max(segments, messages) : messages;

/** The usual cost of one segment, or of one message of a channel without segments. */
export interface TypicalCost {
  readonly currency: string;
  /** Integer, see `money.ts`. */
  readonly amount: number;
  /** The number of days that had a cost. */
  readonly days: number;
}

/**
 * Learns from the delivery report the cost of a segment in a country: the median of the last `COST_DAYS` days, each
 * day's charges divided by the segments for which reports named a price. Those of today mostly have none yet.
 */
export class TypicalCosts {
  private readonly totals: Remembered<readonly DeliveryTotal[]>;

  constructor(source: DeliveryTotalsSource, clock: Clock, monotonic: MonotonicClock) {
    // A failed report is not cached, so the next preview asks again.
    this.totals = new Remembered(() => recentTotals(source, clock), monotonic, REPORT_AGE_MS_MAX);
  }

  /** Costs by currency; empty when no report named a price. @throws ProjectorUnavailable, TooManyGroups */
  async of(country: string | null, channel: string): Promise<readonly TypicalCost[]> {
    const perDay = new Map<string, number[]>();
    for (const { group, amounts, priced } of await this.totals.get()) {
      if (group[0] !== country || group[1] !== channel) continue;
      const units = pricedUnits(channel, priced);
      for (const [currency, amount] of amounts) {
        if (amount <= 0 || units <= 0) continue;
        perDay.set(currency, [...(perDay.get(currency) ?? []), amount / units]);
      }
    }
    return [...perDay].map(([currency, costs]) => ({
      currency,
      amount: Math.round(medianOf(costs)),
      days: costs.length,
    }));
  }
}

/** Totals by country, channel and day. */
export async function recentTotals(
  source: DeliveryTotalsSource,
  clock: Clock,
): Promise<readonly DeliveryTotal[]> {
  const first = Math.floor(clock.now().getTime() / HOUR_MS) - COST_DAYS * HOURS_PER_DAY;
  return (await source.totals(['country', 'channel', 'day'], { first })).totals;
}

export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? 0) + upper) / 2 : upper;
}
