import {
  compactNumber,
  looksLikeNumber,
  parsePhoneNumber,
  PHONE_NUMBER_DIGITS_MIN,
  type DefaultCountry,
} from './phone-number.js';
import { plainForm } from '../written-text.js';

/** A search term for an address: the whole of it, or the last digits of a number. */
export type SearchedAddress =
  | { readonly ok: true; readonly is: string }
  | { readonly ok: true; readonly endsWith: string }
  | { readonly ok: false; readonly reason: string };

export const SEARCHED_DIGITS_MIN = 4;

/**
 * Reads an address to search for, as people write it. Digits without a clear beginning (no `+`, 00, or 0 of the default
 * country), and those too few for a number, are the last digits of one, which may be all of them. Anything else is an id
 * or a name.
 */
export function readSearchedAddress(text: string, defaultCountry: DefaultCountry): SearchedAddress {
  if (!looksLikeNumber(text)) return readId(text);
  const compact = compactNumber(text);
  const number = parsePhoneNumber(text, defaultCountry);
  // A national number may begin differently from the same digits abroad.
  if (number.ok && !number.digits.endsWith(compact)) return { ok: true, is: number.digits };
  if (isShorterThanNumbers(compact)) return { ok: true, endsWith: compact };
  if (/^\+|^00/.test(compact) || (compact.startsWith('0') && defaultCountry !== null)) {
    return number.ok ? { ok: true, is: number.digits } : number;
  }
  const digits = compact.replace(/^0/, '');
  return digits.length < SEARCHED_DIGITS_MIN
    ? refused(`needs at least ${SEARCHED_DIGITS_MIN} of the last digits of a number`)
    : { ok: true, endsWith: digits };
}

/** A 0 in front of so few digits is one of the last digits, and no prefix. */
const isShorterThanNumbers = (compact: string): boolean =>
  /^\d+$/.test(compact) &&
  compact.length >= SEARCHED_DIGITS_MIN &&
  compact.length < PHONE_NUMBER_DIGITS_MIN;

/** Reads the whole of an address, in the form in which it is recorded. Digits alone may also be a short code or an id. */
export function readWholeAddress(
  text: string,
  defaultCountry: DefaultCountry,
): Extract<SearchedAddress, { ok: false } | { is: string }> {
  if (!looksLikeNumber(text)) return readId(text);
  if (/^[1-9]\d*$/.test(text)) return { ok: true, is: text };
  const number = parsePhoneNumber(text, defaultCountry);
  return number.ok ? { ok: true, is: number.digits } : number;
}

/** Ids have no spaces, but a sender's name that a report tells may have. */
function readId(text: string): Extract<SearchedAddress, { ok: false } | { is: string }> {
  const plain = plainForm(text);
  return /[\p{L}\p{N}]/u.test(plain)
    ? { ok: true, is: plain }
    : refused('is neither a number, nor the last digits of one, nor an id or a name');
}

const refused = (reason: string): { readonly ok: false; readonly reason: string } => ({
  ok: false,
  reason,
});
