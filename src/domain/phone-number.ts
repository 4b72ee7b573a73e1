import { parsePhoneNumberFromString } from 'libphonenumber-js/core';
// The smallest metadata: what it leaves out only refines validity, which is not asked here. It is half the
// size of the full one and gives the same countries and possible lengths.
import minimalMetadata from 'libphonenumber-js/min/metadata';
import { SharedCallingCode } from './shared-calling-code.js';

/** E.164, and the least that Vonage's specification takes. */
export const PHONE_NUMBER_DIGITS_MIN = 7;
export const PHONE_NUMBER_DIGITS_MAX = 15;

export type PhoneNumberResult =
  | {
      readonly ok: true;
      /** Country code first, no `+`: what Vonage wants. */
      readonly digits: string;
      /** ISO 3166-1 alpha-2, or null for numbers of no country (satellites, free-phone). */
      readonly country: string | null;
    }
  | { readonly ok: false; readonly reason: string };

/** What people type between digits, non-breaking spaces and typographic dashes included. */
const separators = /[\s().\-\u2010-\u2015/]/g;

/**
 * Reads a number as people write it: international, with or without `+`, with spaces, dashes, dots and
 * parentheses. A number counts as possible when a country has that calling code and numbers of that length.
 * Whether a range is assigned is not checked: ranges are opened faster than libraries are updated, and a
 * refused real customer is worse than a message that Vonage rejects.
 */
export function parsePhoneNumber(text: string): PhoneNumberResult {
  const compact = text.trim().replace(separators, '');
  const digits = compact.startsWith('+') ? compact.slice(1) : compact;
  if (digits === '') return refused('is empty: give the number in international form');
  if (!/^[0-9]+$/.test(digits)) {
    return refused('may contain only digits, with + in front and spaces or dashes in between');
  }
  if (digits.startsWith('00')) {
    return refused('begins with 00: leave it out and begin with the country code');
  }
  if (digits.startsWith('0')) {
    return refused('begins with 0: put the country code in place of it');
  }
  if (digits.length < PHONE_NUMBER_DIGITS_MIN) {
    return refused(
      `has fewer than ${PHONE_NUMBER_DIGITS_MIN} digits: give all of them, beginning with the country code`,
    );
  }
  if (digits.length > PHONE_NUMBER_DIGITS_MAX) {
    return refused(`has more than ${PHONE_NUMBER_DIGITS_MAX} digits: give one number only`);
  }
  return plausible(digits);
}

function plausible(digits: string): PhoneNumberResult {
  const parsed = parsePhoneNumberFromString(`+${digits}`, minimalMetadata);
  if (parsed === undefined) {
    return refused('begins with no country code: put the country code in front');
  }
  // The library drops a 0 that is dialled only inside a country. Vonage does not (its support article
  // 206515367), so the caller has to decide what the number is.
  const afterCode = digits.slice(parsed.countryCallingCode.length);
  if (afterCode.startsWith('0') && parsed.number !== `+${digits}`) {
    return refused(
      'has a 0 after the country code that is dialled only inside the country: leave it out',
    );
  }
  if (!parsed.isPossible()) {
    return refused(
      `does not have a length that numbers with the country code ${parsed.countryCallingCode} can have: check the digits`,
    );
  }
  return { ok: true, digits, country: parsed.country ?? mainCountryOf(parsed.countryCallingCode) };
}

const CALLING_CODE_DIGITS_MAX = 3;

/** The country of a number in digits, ISO 3166-1 alpha-2, or null when there is none. Never parses what need not be. */
export function countryOf(digits: string): string | null {
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

/** How the library writes that a calling code belongs to no country. */
const NO_COUNTRY = '001';

/**
 * A number or id that may stand in a log: its first two characters, which place it in a part of the world,
 * and its last two, which let somebody who knows it recognise it. Anything short is hidden whole.
 */
export function maskPhoneNumber(digits: string): string {
  if (digits.length < PHONE_NUMBER_DIGITS_MIN) return '…';
  return `${digits.slice(0, 2)}…${digits.slice(-2)}`;
}

const refused = (reason: string): { readonly ok: false; readonly reason: string } => ({
  ok: false,
  reason,
});
