import {
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
} from 'libphonenumber-js/core';
// The smallest metadata: it only leaves out details of validity. It is half the size of the full one and gives the same
// countries and possible lengths.
import minimalMetadata from 'libphonenumber-js/min/metadata';
// Tells which numbers a country gives to mobile phones.
import mobileMetadata from 'libphonenumber-js/mobile/metadata';
import { SharedCallingCode } from './shared-calling-code.js';
import { plainForm } from '../written-text.js';

/** Limits of E.164, and the minimum that Vonage's specification accepts. */
export const PHONE_NUMBER_DIGITS_MIN = 7;
export const PHONE_NUMBER_DIGITS_MAX = 15;

export interface PhoneNumber {
  readonly ok: true;
  /** Country code first, no `+`: the form that Vonage requires. */
  readonly digits: string;
  /** ISO 3166-1 alpha-2, or null for numbers of no country (satellites, free-phone). */
  readonly country: string | null;
}

export type PhoneNumberResult = PhoneNumber | { readonly ok: false; readonly reason: string };

/** Country by ISO 3166-1 alpha-2 in whose form national numbers are read; null: they are refused. */
export type DefaultCountry = string | null;

export const isCountry = (text: string): boolean => Object.hasOwn(minimalMetadata.countries, text);

/** Dashes of every kind, including the minus and the Japanese long-vowel mark, and all else that separates digits. */
const separators = /[\s().\p{Pd}\u2212\u30fc/\u00b7\u2022]/gu;
const scheme = /^(?:tel|sms):/i;

const withoutScheme = (text: string): string => plainForm(text).replace(scheme, '').trim();
const withoutSeparators = (text: string): string => text.replace(separators, '');

/**
 * Strips everything that people write around and between a number's digits: leaves `+` and ASCII digits, if it is a
 * number.
 */
export const compactNumber = (text: string): string => withoutSeparators(withoutScheme(text));

/** True when a text consists of the characters of a number. */
export const looksLikeNumber = (text: string): boolean => /^\+?[0-9]+$/.test(compactNumber(text));

/**
 * Reads a number as people write it: international with `+` or 00 or neither, national when a default country is given,
 * with a 0 in parentheses, as a `tel:` address, in any script's digits. A number counts as possible when a country has
 * that calling code and no shorter number than its shortest. Assigned ranges are not checked, and longer numbers pass:
 * ranges are opened faster than libraries are updated (numbers of machines have up to 15 digits), and a refused real
 * customer is worse than a message that Vonage rejects.
 */
export function parsePhoneNumber(
  text: string,
  defaultCountry: DefaultCountry = null,
): PhoneNumberResult {
  const written = withoutScheme(text);
  const withZero = parseCompact(withoutSeparators(written), defaultCountry);
  if (!ZERO_IN_PARENTHESES.test(written) || isValid(withZero)) return withZero;
  const rest = withoutSeparators(written.replace(ZERO_IN_PARENTHESES, ''));
  const withoutZero = written.startsWith('(')
    ? nationallyIfKnown(rest, defaultCountry)
    : parseCompact(rest, defaultCountry);
  return isValid(withoutZero) ? withoutZero : withZero;
}

/**
 * A 0 that some callers dial and others do not. Where a 0 may belong to the number, as in Italy, only the
 * numbering plan tells: landlines have it, mobile phones do not.
 */
const ZERO_IN_PARENTHESES = /\(\s*0\s*\)/;

const nationallyIfKnown = (compact: string, country: DefaultCountry): PhoneNumberResult =>
  country === null ? refused(NO_NATIONAL_NUMBERS) : nationally(compact, country);

const NO_NATIONAL_NUMBERS =
  'begins with 0: put the country code in place of it, or set DEFAULT_COUNTRY for the service';

const TOO_LONG = `has more than ${PHONE_NUMBER_DIGITS_MAX} digits: give one number only`;

const isValid = (result: PhoneNumberResult): boolean =>
  result.ok && parsePhoneNumberFromString(`+${result.digits}`, minimalMetadata)?.isValid() === true;

function parseCompact(compact: string, defaultCountry: DefaultCountry): PhoneNumberResult {
  if (compact === '' || compact === '+') {
    return refused('is empty: give the number in international form');
  }
  if (!/^\+?[0-9]+$/.test(compact)) {
    return refused(
      'may contain only digits, with + in front and spaces or dashes in between, and no extension',
    );
  }
  if (compact.startsWith('+') || compact.startsWith('00')) {
    return internationally(compact.replace(/^\+?(?:00)?/, ''));
  }
  if (compact.startsWith('0')) {
    return nationallyIfKnown(compact, defaultCountry);
  }
  return withoutPrefix(compact, defaultCountry);
}

/** Reads digits that may begin with a country code, or be a number of the default country without it. */
function withoutPrefix(digits: string, defaultCountry: DefaultCountry): PhoneNumberResult {
  // A longer one may be an id of another channel: nothing may be left out of it.
  if (digits.length > PHONE_NUMBER_DIGITS_MAX) return refused(TOO_LONG);
  const abroad = internationally(digits);
  if (defaultCountry === null) return abroad;
  const home = nationally(digits, defaultCountry);
  if (!home.ok || (abroad.ok && abroad.digits === home.digits)) return abroad;
  if (!abroad.ok) return home;
  // Only a mobile number of the default country may override an international reading of the digits.
  if (!isMobile(home)) return abroad;
  if (!isMobile(abroad)) return home;
  return refused(
    `could be a number of ${abroad.country ?? 'no country'} or of ${defaultCountry}: write it with + and the country code`,
  );
}

function nationally(compact: string, defaultCountry: string): PhoneNumberResult {
  const country = defaultCountry as CountryCode;
  const parsed = parsePhoneNumberFromString(
    compact,
    { defaultCountry: country, extract: false },
    minimalMetadata,
  );
  if (parsed === undefined)
    return refused(`is no number of the country ${defaultCountry}: check the digits`);
  if (compact.startsWith('0') && parsed.nationalNumber.startsWith('0') && !parsed.isPossible()) {
    return refused(
      `is no number of the country ${defaultCountry} as it is written there: check the digits`,
    );
  }
  return internationally(parsed.number.slice(1));
}

function internationally(written: string): PhoneNumberResult {
  if (written.startsWith('0') || written === '') {
    return refused('has a 0 in place of the country code: begin with + and the country code');
  }
  const digits = withoutTrunkPrefix(written);
  if (digits.length < PHONE_NUMBER_DIGITS_MIN) {
    return refused(
      `has fewer than ${PHONE_NUMBER_DIGITS_MIN} digits: give all of them, beginning with the country code`,
    );
  }
  if (digits.length > PHONE_NUMBER_DIGITS_MAX) {
    return refused(TOO_LONG);
  }
  const parsed = parsePhoneNumberFromString(`+${digits}`, minimalMetadata);
  if (parsed === undefined) {
    return refused('begins with no country code: put the country code in front');
  }
  const { countryCallingCode } = parsed;
  const length = validatePhoneNumberLength(`+${digits}`, minimalMetadata);
  if (length !== undefined && (length !== 'TOO_LONG' || fixedLength.has(countryCallingCode))) {
    return refused(
      `does not have a length that numbers with the country code ${countryCallingCode} can have: check the digits`,
    );
  }
  return { ok: true, digits, country: parsed.country ?? mainCountryOf(countryCallingCode) };
}

/** Calling codes whose numbers all have one length, those of machines included: the North American plan. */
const fixedLength: ReadonlySet<string> = new Set(['1']);

/**
 * Removes the trunk prefix, which is dialled only inside the country. In Italy and elsewhere the 0 belongs to the
 * number. Repeats, because a number of zeros may seem to have the prefix several times.
 */
function withoutTrunkPrefix(written: string): string {
  let digits = written;
  for (;;) {
    const shorter = withoutOneTrunkPrefix(digits);
    if (shorter === digits) return digits;
    digits = shorter;
  }
}

function withoutOneTrunkPrefix(digits: string): string {
  const parsed = parsePhoneNumberFromString(`+${digits}`, minimalMetadata);
  if (parsed === undefined) return digits;
  const code = parsed.countryCallingCode;
  const rest = digits.slice(code.length);
  if (!rest.startsWith('0')) return digits;
  return parsed.nationalNumber.startsWith('0') && !parsed.isPossible()
    ? `${code}${rest.replace(/^0+/, '')}`
    : parsed.number.slice(1);
}

const isMobile = ({ digits }: PhoneNumber): boolean =>
  parsePhoneNumberFromString(`+${digits}`, mobileMetadata)?.isValid() === true;

const CALLING_CODE_DIGITS_MAX = 3;

/** The country of a number in digits, ISO 3166-1 alpha-2, or null when there is none. Parses only when it must. */
export function countryOf(digits: string): string | null {
  if (!/^[0-9]+$/.test(digits)) return null;
  for (let length = 1; length <= CALLING_CODE_DIGITS_MAX; length++) {
    const callingCode = digits.slice(0, length);
    const countries = countriesByCallingCode.get(callingCode);
    if (countries === undefined) continue;
    const main = mainCountryOf(callingCode);
    if (countries.length === 1) return main;
    const shared = sharedCallingCode(callingCode, countries);
    const national = digits.slice(length);
    const country = shared.isInternational(national)
      ? shared.countryOf(national)
      : parsePhoneNumberFromString(`+${digits}`, minimalMetadata)?.country;
    return country ?? main;
  }
  return null;
}

const sharedCallingCodes = new Map<string, SharedCallingCode>();

function sharedCallingCode(callingCode: string, countries: readonly string[]): SharedCallingCode {
  let shared = sharedCallingCodes.get(callingCode);
  if (shared === undefined) {
    shared = new SharedCallingCode(countries, minimalMetadata);
    sharedCallingCodes.set(callingCode, shared);
  }
  return shared;
}

const countriesByCallingCode: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(minimalMetadata.country_calling_codes),
);

/**
 * The first country of a calling code is the one that administers it. Ranges that are not assigned, such as
 * the numbers reserved for films (+44 7700 900000), count as that country's.
 */
function mainCountryOf(callingCode: string): string | null {
  const country = countriesByCallingCode.get(callingCode)?.[0];
  return country === undefined || country === NO_COUNTRY ? null : country;
}

/** The library's mark for a calling code that belongs to no country. */
const NO_COUNTRY = '001';

/**
 * Masks a number or id for a log: keeps its first two characters, which tell the part of the world, and its last two,
 * by which somebody who knows it can recognise it. Anything short is hidden whole.
 */
export function maskPhoneNumber(digits: string): string {
  if (digits.length < PHONE_NUMBER_DIGITS_MIN) return '…';
  return `${digits.slice(0, 2)}…${digits.slice(-2)}`;
}

const refused = (reason: string): { readonly ok: false; readonly reason: string } => ({
  ok: false,
  reason,
});
