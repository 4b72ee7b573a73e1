import { occurrenceOf, type Occurrence } from '../../../domain/claimed-time.js';
import { compactNumber } from '../../../domain/contacts/phone-number.js';
import { currencyOf, type Usage } from '../../../domain/report.js';

/**
 * Vonage's webhooks deviate from their own specification: numbers where texts are promised, other names, other
 * nesting. These readers take every usable value and give null for the rest; none of them throws.
 */
export type Fields = Readonly<Record<string, unknown>>;

const none: Fields = {};

export const objectOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;

export const objectOrNone = (value: unknown): Fields => objectOf(value) ?? none;

/** Longer texts are cut; the raw body is kept beside every event, so nothing is lost. */
export const FIELD_CHARACTERS_MAX = 1000;

/** Limit of a searchable name: PostgreSQL takes no index entry of more than 2,704 bytes. */
export const NAME_CHARACTERS_MAX = 200;

/** Returns a text that is not empty, or a number as text. */
export function textOf(value: unknown, charactersMax = FIELD_CHARACTERS_MAX): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string' || value === '') return null;
  return storable(value.length > charactersMax ? value.slice(0, charactersMax) : value);
}

/** Reads a name: a channel, an address, a code. */
export const nameOf = (value: unknown): string | null => textOf(value, NAME_CHARACTERS_MAX);

/** Replaces what PostgreSQL cannot store, NUL and lone surrogates, with a mark. The raw body still has them. */
export const storable = (text: string): string =>
  text.isWellFormed() && !text.includes('\0')
    ? text
    : text.replace(/[\0\p{Surrogate}]/gu, '\ufffd');

/** Reads a count, sent as a number or as a text. */
export function countOf(value: unknown): number | null {
  const text = textOf(value);
  return text !== null && /^[0-9]{1,9}$/.test(text) ? Number(text) : null;
}

/** The recipient or sender of a message. */
export interface Party {
  /** Digits for a number, otherwise the channel's own id; empty when the webhook names nobody. */
  readonly address: string;
  /** Present only in the v0.1 form, where a party is an object. */
  readonly channel: string | null;
}

export function partyOf(value: unknown): Party {
  const party = objectOf(value);
  const address = party === null ? value : (party['number'] ?? party['id'] ?? party['user_id']);
  return {
    address: digitsOf(nameOf(address)?.trim() ?? ''),
    channel: party === null ? null : channelOf(party['type']),
  };
}

/** Reads a channel in lower case. The v0.1 form has a name of its own for Viber. */
export function channelOf(value: unknown): string | null {
  const name = nameOf(value)?.trim().toLowerCase() ?? '';
  if (name === 'viber_service_msg') return 'viber_service';
  return name === '' ? null : name;
}

/** A person has one address, however Vonage writes it: an opt-out must find them. No country code begins with 0. */
const digitsOf = (address: string): string => {
  const compact = /^[+0-9]*$/.test(address) ? address : compactNumber(address);
  return /^(?:\+([0-9]+)|00([1-9][0-9]{6,14}))$/.exec(compact)?.slice(1).find(Boolean) ?? address;
};

/** Keeps the price as the decimal text that was sent, in any notation. */
export function usageOf(value: unknown): Usage | null {
  const usage = objectOf(value);
  if (usage === null) return null;
  const currency = currencyOf(nameOf(usage['currency'])?.trim() ?? '');
  const price = textOf(usage['price'])?.trim() ?? '';
  return currency !== '' && DECIMAL.test(price) ? { currency, price } : null;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Returns the webhook's time of the fact, or the time of receipt where that is impossible. */
export const occurrenceIn = (fields: Fields, receivedAt: string): Occurrence =>
  occurrenceOf(momentOf(fields['timestamp']), nameOf(fields['timestamp']), receivedAt);

/** Converts to ISO 8601 in UTC with milliseconds, or null for an invalid time. A time without a zone is UTC. */
export function momentOf(value: unknown): string | null {
  if (typeof value === 'number') return isoOf(millisecondsOf(value));
  if (typeof value !== 'string') return null;
  // Vonage nearly always sends this form. V8 reads other texts too, in local time, so nothing else may pass here.
  const isUsual = value.length === USUAL_CHARACTERS && value[10] === 'T' && value[19] === 'Z';
  if (isUsual) return realDay(value, isoOf(Date.parse(value)));
  const [, date, time, fraction = '', zone] = moment.exec(value.trim()) ?? [];
  if (date === undefined || time === undefined) {
    return /^[0-9]{10,13}$/.test(value) ? isoOf(millisecondsOf(Number(value))) : null;
  }
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0');
  const local = `${date}T${time}.${milliseconds}`;
  const isReal = realDay(local, isoOf(Date.parse(`${local}Z`))) !== null;
  return isReal ? isoOf(Date.parse(`${local}${offsetOf(zone)}`)) : null;
}

/** Rejects dates such as the 30th of February, which V8 takes for a day in March. */
const realDay = (written: string, iso: string | null): string | null =>
  iso !== null && iso.slice(0, DAY_CHARACTERS) === written.slice(0, DAY_CHARACTERS) ? iso : null;

const DAY_CHARACTERS = '2025-02-03'.length;

const USUAL_CHARACTERS = '2025-02-03T12:14:25Z'.length;

const moment =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))? ?(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$/i;

function offsetOf(zone: string | undefined): string {
  if (zone === undefined || !/^[+-]/.test(zone)) return 'Z';
  return zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
}

/** Reads an epoch as seconds until the year 5138, as milliseconds above. */
const millisecondsOf = (epoch: number): number => (epoch < 100_000_000_000 ? epoch * 1000 : epoch);

const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

function isoOf(milliseconds: number): string | null {
  const isMoment = milliseconds >= 0 && milliseconds <= LATEST_MS;
  return isMoment ? new Date(milliseconds).toISOString() : null;
}
