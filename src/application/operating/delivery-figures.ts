import { deliveryErrors } from '../../domain/delivery-errors/catalogue.js';
import { isCountry } from '../../domain/contacts/phone-number.js';
import { messageStatuses, type MessageStatus } from '../../domain/message/message-status.js';
import type { MonotonicClock } from '../ports/clock.js';
import type { DeliveryTimeCounts, DeliveryTimes } from '../ports/delivery-times.js';
import {
  TooManyGroups,
  type DeliveryTotal,
  type DeliveryTotalsSource,
} from '../ports/delivery-totals.js';
import { AMOUNT_DECIMALS } from '../projecting/messages/money.js';
import { Remembered } from './remembered.js';

/** Upper bounds of the histogram of times to delivery, seconds. */
export const DELIVERY_SECONDS = [
  1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 14_400, 86_400,
] as const;

/** Stands for every country and error code that is not known, so that labels are bounded. */
export const OTHER = 'other';

export interface MessageCount {
  readonly status: MessageStatus;
  /** ISO 3166 code, or `other`. */
  readonly country: string;
  /** Class of the error of a message that failed; `other` for an unknown code; empty for all that did not fail. */
  readonly errorClass: string;
  readonly messages: number;
}

export interface CountryCost {
  readonly country: string;
  readonly currency: string;
  /** Units of the currency. */
  readonly amount: number;
}

/** Figures of all messages of the ledger, so they are the same on every instance and after a restart. */
export interface LedgerFigures {
  readonly messages: readonly MessageCount[];
  readonly cost: readonly CountryCost[];
  readonly segments: number;
  readonly contradicted: number;
  readonly timesToDelivery: DeliveryTimeCounts;
}

const boundsMs = DELIVERY_SECONDS.map((seconds) => seconds * 1_000);
const UNITS = 10 ** AMOUNT_DECIMALS;
const failed: ReadonlySet<MessageStatus> = new Set(['rejected', 'undeliverable', 'failed']);
const classOf: ReadonlyMap<string | null, string> = new Map(
  deliveryErrors.map((entry) => [entry.code, entry.class]),
);

/** Counts all messages from the delivery roll-ups: a scrape costs a report, and a webhook nothing. */
export class DeliveryFigures {
  private readonly figures: Remembered<LedgerFigures>;

  constructor(
    private readonly totals: DeliveryTotalsSource,
    private readonly times: DeliveryTimes,
    monotonic: MonotonicClock,
  ) {
    this.figures = new Remembered(() => this.count(), monotonic);
  }

  /** @throws ProjectorUnavailable while the read models are rebuilt: then no figure is better than a wrong one */
  read(): Promise<LedgerFigures> {
    return this.figures.get();
  }

  private async count(): Promise<LedgerFigures> {
    const [totals, timesToDelivery] = await Promise.all([
      this.byCountryAndCode(),
      this.times.within(boundsMs),
    ]);
    return {
      messages: messagesOf(totals),
      cost: costOf(totals),
      segments: sum(totals, ({ segments }) => segments),
      contradicted: sum(totals, ({ contradicted }) => contradicted),
      timesToDelivery,
    };
  }

  private async byCountryAndCode(): Promise<readonly DeliveryTotal[]> {
    try {
      return (await this.totals.totals(['country', 'errorCode'], {})).totals;
    } catch (error) {
      // So many codes are not in the catalogue, and would all be `other`.
      if (!(error instanceof TooManyGroups)) throw error;
      return (await this.totals.totals(['country'], {})).totals;
    }
  }
}

const sum = (totals: readonly DeliveryTotal[], of: (total: DeliveryTotal) => number): number =>
  totals.reduce((all, total) => all + of(total), 0);

const countryOf = ([country]: DeliveryTotal['group']): string =>
  typeof country === 'string' && isCountry(country) ? country : OTHER;

/** Every status of a country that has messages is there, so that a first failure shows as an increase. */
function messagesOf(totals: readonly DeliveryTotal[]): readonly MessageCount[] {
  const counts = new Map<string, MessageCount>();
  const add = (count: MessageCount): void => {
    const key = `${count.country} ${count.status} ${count.errorClass}`;
    const before = counts.get(key)?.messages ?? 0;
    counts.set(key, { ...count, messages: before + count.messages });
  };
  for (const { group, byStatus } of totals) {
    const country = countryOf(group);
    const code = group[1] as string | null | undefined;
    for (const [index, status] of messageStatuses.entries()) {
      const messages = byStatus[index] ?? 0;
      const named = failed.has(status) ? (classOf.get(code ?? null) ?? OTHER) : '';
      if (messages !== 0) add({ status, country, errorClass: named, messages });
      else if (!failed.has(status)) add({ status, country, errorClass: '', messages: 0 });
    }
  }
  return [...counts.values()];
}

function costOf(totals: readonly DeliveryTotal[]): readonly CountryCost[] {
  const amounts = new Map<string, CountryCost>();
  for (const { group, amounts: charged } of totals) {
    const country = countryOf(group);
    for (const [currency, amount] of charged) {
      const key = `${country} ${currency}`;
      const before = amounts.get(key)?.amount ?? 0;
      amounts.set(key, { country, currency, amount: before + amount / UNITS });
    }
  }
  return [...amounts.values()];
}
