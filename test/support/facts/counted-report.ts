import type { HourRange, ReportDimension } from '../../../src/application/ports/delivery-totals.js';
import {
  contributionsOf,
  type DeliveryContribution,
} from '../../../src/application/projecting/messages/delivery-contribution.js';
import {
  BUCKETS,
  OPERATOR_BUCKET,
  timesToDelivery,
} from '../../../src/application/projecting/messages/delivery-histogram.js';
import type { MessageRow } from '../../../src/application/projecting/messages/message-row.js';

/** Returns the report expected from `reportOf`, counted message by message. */
export function countedReport(
  rows: readonly MessageRow[],
  groupBy: readonly ReportDimension[],
  { first = -Infinity, last = Infinity }: Partial<HourRange>,
): readonly object[] {
  const groups = new Map<string, Counted>();
  for (const contribution of rows.flatMap(contributionsOf)) {
    if (contribution.hour < first || contribution.hour > last) continue;
    const group = JSON.stringify(groupBy.map((dimension) => valueOf(contribution, dimension)));
    const counted = groups.get(group) ?? newCounted(group);
    groups.set(group, counted);
    count(counted, contribution);
  }
  return [...groups.values()]
    .map(({ times, ...rest }) => ({
      ...rest,
      deliveredByOperator: times[OPERATOR_BUCKET] ?? 0,
      timesToDelivery: timesToDelivery(times),
    }))
    .toSorted((left, right) => (left.group < right.group ? -1 : 1));
}

interface Counted {
  group: string;
  messages: number;
  segments: number;
  priced: { messages: number; segments: number };
  contradicted: number;
  byStatus: Record<string, number>;
  amounts: Record<string, number>;
  times: Uint32Array;
}

const newCounted = (group: string): Counted => ({
  group,
  messages: 0,
  segments: 0,
  priced: { messages: 0, segments: 0 },
  contradicted: 0,
  byStatus: {},
  amounts: {},
  times: new Uint32Array(BUCKETS),
});

function count(counted: Counted, contribution: DeliveryContribution): void {
  const { status, currency, bucket, messages, segments, contradicted, amount } = contribution;
  counted.messages += messages;
  counted.segments += segments;
  counted.contradicted += contradicted;
  counted.byStatus[status] = (counted.byStatus[status] ?? 0) + messages;
  if (currency !== null) {
    counted.priced.messages += messages;
    counted.priced.segments += segments;
  }
  if (currency !== null && amount !== 0)
    counted.amounts[currency] = (counted.amounts[currency] ?? 0) + amount;
  if (bucket !== null) counted.times[bucket] = (counted.times[bucket] ?? 0) + 1;
}

function valueOf(
  contribution: DeliveryContribution,
  dimension: ReportDimension,
): string | number | null {
  if (dimension === 'day') return Math.floor(contribution.hour / 24);
  return contribution[dimension];
}
