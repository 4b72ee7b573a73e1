import type { MessageStatus } from '../../../domain/message/message-status.js';
import { bucketOf, IMPLAUSIBLE_BUCKET, OPERATOR_BUCKET } from './delivery-histogram.js';
import type { AttemptRow, MessageRow } from './message-row.js';

/** The amounts that one message adds to the delivery roll-ups, or takes away again with a negative sign. */
export interface DeliveryContribution {
  /** Start of the hour in which the message was created, hours since 1970. */
  readonly hour: number;
  readonly country: string | null;
  readonly networkCode: string | null;
  readonly from: string;
  readonly channel: string;
  readonly status: MessageStatus;
  readonly errorCode: string | null;
  /** Null where nothing was charged. */
  readonly currency: string | null;
  /** 0 for the second currency of a message, so that the message counts once. */
  readonly messages: number;
  readonly segments: number;
  /** Integer, see `money.ts`. */
  readonly amount: number;
  readonly contradicted: number;
  /**
   * Bucket of the time to delivery, or the one for implausible times or for a person's word: `delivery-histogram.ts`;
   * null when not known.
   */
  readonly bucket: number | null;
}

export const HOUR_MS = 3_600_000;

/**
 * Returns the present contribution of a message. Pure: the effect of an event is the difference between before and
 * after.
 */
export function contributionsOf(row: MessageRow): readonly DeliveryContribution[] {
  if (row.adopted) return [];
  const { current, earlier } = row;
  const main = contributionOf(row, current.currency, current.amount);
  if (earlier.length === 0) return [main];
  return withEarlierCosts(main, [...earlier, current]);
}

const contributionOf = (
  row: MessageRow,
  currency: string | null,
  amount: number,
): DeliveryContribution => ({
  hour: Math.floor(row.createdAt / HOUR_MS),
  country: row.country,
  networkCode: row.current.networkCode,
  from: row.from,
  channel: row.channel,
  status: row.status,
  errorCode: row.current.errorCode,
  currency,
  messages: 1,
  segments: row.current.segmentCount ?? row.segmentsRequested,
  amount,
  contradicted: row.contradicted ? 1 : 0,
  bucket: deliveryBucket(row),
});

/**
 * Adds the costs of earlier attempts, because each attempt is charged. Nearly always in one currency, but nothing
 * guarantees that.
 */
function withEarlierCosts(
  main: DeliveryContribution,
  attempts: readonly AttemptRow[],
): readonly DeliveryContribution[] {
  const amounts = new Map<string, number>();
  for (const { currency, amount } of attempts) {
    if (currency !== null) amounts.set(currency, (amounts.get(currency) ?? 0) + amount);
  }
  const currencies = [...amounts.keys()].toSorted();
  const [first = null, ...others] = currencies;
  return [
    { ...main, currency: first, amount: first === null ? 0 : (amounts.get(first) ?? 0) },
    ...others.map((currency) => ({
      ...main,
      currency,
      amount: amounts.get(currency) ?? 0,
      messages: 0,
      segments: 0,
      contradicted: 0,
      bucket: null,
    })),
  ];
}

/** Measures from the call to Vonage to the carrier's report of delivery, for the attempt that was delivered. */
function deliveryBucket(row: MessageRow): number | null {
  if (row.status !== 'delivered' && row.status !== 'read') return null;
  if (row.isDeliveredByOperator === true) return OPERATOR_BUCKET;
  const delivery = timedDelivery(row);
  if (delivery === undefined) return null;
  return delivery.isImplausible ? IMPLAUSIBLE_BUCKET : bucketOf(delivery.milliseconds);
}

/** Null also when the reported time of delivery cannot be true. */
export function timeToDeliveryMs(row: MessageRow): number | null {
  const delivery = timedDelivery(row);
  return delivery === undefined || delivery.isImplausible ? null : delivery.milliseconds;
}

/** Undefined when the time of sending or of delivery is not known. */
function timedDelivery({
  current,
  earlier,
}: MessageRow): { readonly milliseconds: number; readonly isImplausible: boolean } | undefined {
  const delivered =
    current.deliveredAt === null
      ? earlier.find(({ deliveredAt }) => deliveredAt !== null)
      : current;
  if (delivered === undefined || delivered.deliveredAt === null || delivered.startedAt === null) {
    return undefined;
  }
  return {
    // Clocks of two parties differ a little, so a small negative time counts as 0.
    milliseconds: Math.max(0, delivered.deliveredAt - delivered.startedAt),
    isImplausible: delivered.deliveryImplausible === true,
  };
}

/** Returns the contribution with the opposite sign. */
export const withdrawn = (contribution: DeliveryContribution): DeliveryContribution => ({
  ...contribution,
  messages: 0 - contribution.messages,
  segments: 0 - contribution.segments,
  amount: 0 - contribution.amount,
  contradicted: 0 - contribution.contradicted,
});
