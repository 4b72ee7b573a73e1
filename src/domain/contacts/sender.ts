import {
  compactNumber,
  parsePhoneNumber,
  PHONE_NUMBER_DIGITS_MAX,
  type DefaultCountry,
} from './phone-number.js';
import { plainForm } from '../written-text.js';

export type SenderResult =
  | { readonly ok: true; readonly sender: string; readonly kind: 'number' | 'alphanumeric' }
  | { readonly ok: false; readonly reason: string };

/** Short codes have as few as three digits. */
export const SENDER_DIGITS_MIN = 3;
export const ALPHANUMERIC_SENDER_CHARACTERS_MIN = 3;
/** An SMS has room for eleven. Vonage's guide to sender identity names the same limit and forbids spaces. */
export const ALPHANUMERIC_SENDER_CHARACTERS_MAX = 11;

/**
 * Reads the sender of an SMS or MMS: a number or short code in digits, or a name. Other channels have ids of their own
 * and must not be read with this. A number need not be possible anywhere, because short codes are not.
 */
export function parseSender(text: string, defaultCountry: DefaultCountry = null): SenderResult {
  const plain = plainForm(text);
  return /\p{L}/u.test(plain.replace(/^(?:tel|sms):/i, ''))
    ? parseName(plain)
    : parseNumber(text, defaultCountry);
}

function parseName(name: string): SenderResult {
  if (!/^[a-z0-9._&-]+$/i.test(name)) {
    return refused(
      'as a name may contain only the letters A to Z, digits and . _ & -, without spaces',
    );
  }
  if (
    name.length < ALPHANUMERIC_SENDER_CHARACTERS_MIN ||
    name.length > ALPHANUMERIC_SENDER_CHARACTERS_MAX
  ) {
    return refused(
      `as a name must have ${ALPHANUMERIC_SENDER_CHARACTERS_MIN} to ${ALPHANUMERIC_SENDER_CHARACTERS_MAX} characters`,
    );
  }
  return { ok: true, sender: name, kind: 'alphanumeric' };
}

function parseNumber(text: string, defaultCountry: DefaultCountry): SenderResult {
  const compact = compactNumber(text);
  if (!/^\+?[0-9]+$/.test(compact)) {
    return refused('must be a number in digits or a name with letters');
  }
  const number = parsePhoneNumber(text, defaultCountry);
  if (number.ok) return { ok: true, sender: number.digits, kind: 'number' };
  // Short codes, and numbers that only Vonage knows.
  const digits = compact.replace(/^\+/, '');
  if (digits.startsWith('0')) return number;
  if (digits.length < SENDER_DIGITS_MIN || digits.length > PHONE_NUMBER_DIGITS_MAX) {
    return refused(
      `as a number must have ${SENDER_DIGITS_MIN} to ${PHONE_NUMBER_DIGITS_MAX} digits`,
    );
  }
  return { ok: true, sender: digits, kind: 'number' };
}

const refused = (reason: string): SenderResult => ({ ok: false, reason });
