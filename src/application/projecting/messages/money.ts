import type { Usage } from '../../../domain/report.js';

/** Amounts are integers of 10^-8 of a currency unit: Vonage prices have at most eight decimals. */
export const AMOUNT_DECIMALS = 8;

/** The largest price that is added up: no message costs more, and larger sums would not be exact. */
export const PRICE_MAX = 90_000_000;

const SCALE = 10 ** AMOUNT_DECIMALS;
const PRICE = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i;

/** The part of a price that is added up. */
export interface Cost {
  readonly currency: string;
  /** Integer, of 10^-8 of a currency unit. */
  readonly amount: number;
}

/** Null where nothing was charged, or nothing that can be counted. */
export function costOf(usage: Usage | null): Cost | null {
  const amount = usage === null ? null : parsePrice(usage.price);
  return usage === null || amount === null ? null : { currency: usage.currency, amount };
}

/**
 * Parses any decimal number, rounded to eight decimals, half of the last one up. Null for a text that is no number, and
 * beyond `PRICE_MAX`.
 */
export function parsePrice(price: string): number | null {
  const [, sign, whole = '', fraction = '', exponent = '0'] = PRICE.exec(price.trim()) ?? [];
  const digits = whole + fraction;
  if (sign === undefined || digits === '') return null;
  const amount = scaled(digits, AMOUNT_DECIMALS - fraction.length + Number(exponent));
  if (amount > PRICE_MAX * SCALE) return null;
  return sign === '-' && amount > 0 ? -amount : amount;
}

/** Digits, times a power of ten, rounded to a whole number; infinite where that has too many digits. */
function scaled(digits: string, power: number): number {
  const significant = digits.replace(/^0+/, '');
  if (significant === '') return 0;
  const length = significant.length + power;
  if (length > Number.MAX_SAFE_INTEGER.toString().length) return Number.POSITIVE_INFINITY;
  // The value is less than a tenth of the last decimal.
  if (length < 0) return 0;
  const kept = significant.slice(0, length).padEnd(length, '0');
  const roundsUp = (significant[length] ?? '0') >= '5';
  return Number(kept) + (roundsUp ? 1 : 0);
}

/**
 * The decimal text, without needless zeros. Exact while it fits into 53 bits, 90 million units; a larger sum is as
 * exact as a double is.
 * @param amount an integer that adds up prices
 */
export function formatAmount(amount: number): string {
  const digits = BigInt(Math.abs(amount))
    .toString()
    .padStart(AMOUNT_DECIMALS + 1, '0');
  const fraction = digits.slice(-AMOUNT_DECIMALS).replace(/0+$/, '');
  const units = digits.slice(0, -AMOUNT_DECIMALS);
  return `${amount < 0 ? '-' : ''}${units}${fraction === '' ? '' : `.${fraction}`}`;
}
