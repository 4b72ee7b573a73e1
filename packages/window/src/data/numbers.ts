import { ERASED } from '../../../../src/domain/erasure-events.js';

/** Calling codes of two digits; all others of the world have one (1, 7) or three. ITU-T E.164, assigned codes. */
const TWO_DIGITS = new Set(
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  ),
);

/** True for the number of an erased person, which nobody knows any more. */
export const isErased = (address: string): boolean => address === ERASED;

/** True for digits that a phone number can have, and not for an id, a name or a short code. */
export const isNumber = (address: string): boolean => /^\d{8,15}$/.test(address);

/** `447700900321` as `+44 7700 900321`. An id, a name or a short code stays as it is. */
export function phoneNumber(address: string): string {
  if (isErased(address)) return 'Person erased';
  if (!isNumber(address)) return address;
  const length = /^[17]/.test(address) ? 1 : TWO_DIGITS.has(address.slice(0, 2)) ? 2 : 3;
  const [code, rest] = [address.slice(0, length), address.slice(length)];
  return `+${code} ${grouped(code, rest)}`;
}

function grouped(code: string, rest: string): string {
  if (code === '1') return `${rest.slice(0, 3)} ${rest.slice(3, 6)} ${rest.slice(6)}`;
  if (code === '44' && rest.length === 10) return `${rest.slice(0, 4)} ${rest.slice(4)}`;
  const groups = rest.match(/\d{1,3}/g) ?? [];
  const last = groups.at(-1) ?? '';
  // One digit alone is not read out as a group.
  if (last.length === 1 && groups.length > 1) {
    return [...groups.slice(0, -2), `${groups.at(-2)}${last}`].join(' ');
  }
  return groups.join(' ');
}

const countryNames = new Intl.DisplayNames(['en'], { type: 'region' });

/** `United Kingdom` for `GB`; what is no code, as an address may have it, stays as it is. */
export function countryName(code: string): string {
  try {
    return countryNames.of(code) ?? code;
  } catch {
    return code;
  }
}

/** `2,174` */
export const count = (value: number): string => value.toLocaleString('en-GB');

/** `1 message`, `12 messages` */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`;

/** Three figures are enough for a share: `96.9%`, `100%`, `0.42%`. */
export function share(value: number | null): string {
  if (value === null) return '–';
  const percent = value * 100;
  if (percent === 0 || percent === 100) return `${percent}%`;
  // Rounding must turn neither almost all into all, nor almost none into none.
  if (percent > 99.9) return '>99.9%';
  if (percent < 0.01) return '<0.01%';
  return `${percent >= 10 ? percent.toFixed(1) : percent.toFixed(2)}%`;
}

export interface Money {
  readonly currency: string;
  readonly amount: string;
}

/** `€0.0333`, `€1,467`: small amounts exactly, large ones without the fraction. */
export function money({ currency, amount }: Money): string {
  const value = Number(amount);
  const digits = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 1 ? 2 : 6;
  try {
    return new Intl.NumberFormat('en-GB', {
      style: 'currency',
      currency,
      minimumFractionDigits: Math.min(digits, 2),
      maximumFractionDigits: digits,
    }).format(value);
  } catch {
    return `${amount} ${currency}`;
  }
}

export const costs = (amounts: readonly Money[]): string =>
  amounts.length === 0 ? '–' : amounts.map(money).join(' + ');
