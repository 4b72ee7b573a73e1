import {
  compactNumber,
  countryOf,
  looksLikeNumber,
  parsePhoneNumber,
  type DefaultCountry,
} from './phone-number.js';
import type { AddressResult } from './address-result.js';
import { parseEmailAddress } from './email-address.js';
import { parsePushAddress } from './push-address.js';
import { parseSender } from './sender.js';
import { plainForm } from '../written-text.js';

/** Channels whose addresses are ids, although these may consist of digits (Messages API 1.20.0). */
const idChannels: ReadonlySet<string> = new Set(['messenger', 'instagram', 'email', 'push']);

/** An id that WhatsApp gives to a person for one business (BSUID), for example `US.1349…`. */
const businessScopedId = /^[A-Z]{2}\.[A-Za-z0-9]{1,128}$/;
/** Ids of pages, people, services and agents. */
const channelId = /^[\w.:@-]+$/;

/** Reads the recipient of a message, by the channel's form of address. */
export function parseRecipient(
  text: string,
  channel: string,
  defaultCountry: DefaultCountry,
): AddressResult {
  if (channel === 'email') return parseEmailAddress(text);
  if (channel === 'push') return parsePushAddress(text);
  if (idChannels.has(channel)) return parseId(text, channel);
  const plain = plainForm(text);
  if (channel === 'whatsapp' && businessScopedId.test(plain)) return idOf(plain);
  const number = parsePhoneNumber(text, defaultCountry);
  return number.ok ? { ok: true, address: number.digits, country: number.country } : number;
}

/** The reading of a recipient: a number with its country code, a number of the default country, or an id. */
export type AddressReading = 'international' | 'national' | 'id';

/** @param address the result of `parseRecipient` for the text */
export function readingOf(text: string, channel: string, address: string): AddressReading {
  if (!isNumber(address, channel)) return 'id';
  const abroad = parseRecipient(text, channel, null);
  return abroad.ok && abroad.address === address ? 'international' : 'national';
}

/** True for the digits of a phone number; ids may be digits too. @param address the result of `parseRecipient` */
export const isNumber = (address: string, channel: string): boolean =>
  !idChannels.has(channel) && /^[0-9]+$/.test(address);

/** Reads the sender of a message, by the channel's form of sender. */
export function parseSenderAddress(
  text: string,
  channel: string,
  defaultCountry: DefaultCountry,
): AddressResult {
  if (channel === 'sms' || channel === 'mms') {
    const sender = parseSender(text, defaultCountry);
    return sender.ok ? idOf(sender.sender) : sender;
  }
  if (channel === 'email') return parseEmailAddress(text);
  if (idChannels.has(channel)) return parseId(text, channel);
  return parseServiceId(text, channel, defaultCountry);
}

/** WhatsApp's sender is a number; Viber's and RCS's are ids of services and agents, which may be numbers too. */
function parseServiceId(
  text: string,
  channel: string,
  defaultCountry: DefaultCountry,
): AddressResult {
  const plain = plainForm(text);
  if (channel !== 'whatsapp' && channelId.test(plain) && !looksLikeNumber(plain)) {
    return idOf(plain);
  }
  const compact = compactNumber(text);
  if (channel !== 'whatsapp' && /^[1-9][0-9]*$/.test(compact)) return idOf(compact);
  if (channel !== 'whatsapp' && plain !== '' && !looksLikeNumber(text)) {
    return refused(`is neither a number nor an id of ${channel}: ids have no spaces`);
  }
  const number = parsePhoneNumber(text, defaultCountry);
  return number.ok ? idOf(number.digits) : number;
}

function parseId(text: string, channel: string): AddressResult {
  const plain = plainForm(text);
  if (plain === '') return refused(`is empty: give the id that ${channel} knows it by`);
  if (channelId.test(plain)) return idOf(plain);
  return refused(
    `is no id of ${channel}: ${looksLikeNumber(plain) ? 'it knows people by ids, not by phone numbers' : 'ids have letters and digits without spaces'}`,
  );
}

/** The country of an address on a channel; null where addresses are ids. Cheap: projections ask it for every message. */
export const countryOfAddress = (address: string, channel: string): string | null =>
  idChannels.has(channel) ? null : countryOf(address);

const idOf = (address: string): AddressResult => ({ ok: true, address, country: null });

const refused = (reason: string): AddressResult => ({ ok: false, reason });
