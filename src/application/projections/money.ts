/** Amounts are integers of 10^-8 of a currency unit: Vonage prices have at most eight decimals. */
const DECIMALS = 8;
const SCALE = 10 ** DECIMALS;
const PRICE = /^(-?)(\d{1,7})(?:\.(\d{0,8})0*)?$/;

/** @throws RangeError for a text that is not a price, or one that this scale cannot hold */
export function parsePrice(price: string): number {
  const [, sign, units, fraction = ''] = PRICE.exec(price) ?? [];
  if (units === undefined) throw new RangeError('a price is not a decimal number of sensible size');
  const amount = Number(units) * SCALE + Number(fraction.padEnd(DECIMALS, '0'));
  return sign === '-' ? 0 - amount : amount;
}

/** The exact decimal text, without needless zeros. @param amount an integer that adds up prices */
export function formatAmount(amount: number): string {
  if (!Number.isSafeInteger(amount)) throw new RangeError('an amount is too large to be exact');
  const digits = String(Math.abs(amount)).padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '');
  const units = digits.slice(0, -DECIMALS);
  return `${amount < 0 ? '-' : ''}${units}${fraction === '' ? '' : `.${fraction}`}`;
}
