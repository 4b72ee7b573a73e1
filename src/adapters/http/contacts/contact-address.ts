import type { Contacts } from '../../../application/contacts/contacts.js';
import { InvalidRequest } from '../../../application/errors.js';
import { parseRecipient } from '../../../domain/contacts/address.js';
import { readWholeAddress } from '../../../domain/contacts/searched-address.js';
import {
  PHONE_NUMBER_DIGITS_MAX,
  type DefaultCountry,
} from '../../../domain/contacts/phone-number.js';

/** Ids of people that no misspelt number looks like: WhatsApp's, those of Messenger and Instagram, and e-mail addresses. */
const ID_CHANNELS = ['whatsapp', 'messenger', 'email'] as const;
/** Messenger's and Instagram's ids consist of digits, more than any number has. */
const longId = new RegExp(`^[0-9]{${PHONE_NUMBER_DIGITS_MAX + 1},}$`);

/** Asks whether a text names a known contact, unless it is a number: then nothing is to be known. @throws StoreUnavailable */
export const isKnownId = async (
  text: string,
  country: DefaultCountry,
  contacts: Pick<Contacts, 'knows'>,
): Promise<boolean> => !parseRecipient(text, 'sms', country).ok && (await contacts.knows(text));

/**
 * Reads a contact in the path of a route: a number, or the id by which a channel knows the person.
 * @param isKnown true where something was said about the consent of just this text
 * @throws InvalidRequest
 */
export function contactAddressOf(text: string, country: DefaultCountry, isKnown: boolean): string {
  const number = parseRecipient(text, 'sms', country);
  if (number.ok) return number.address;
  if (isKnown) return text;
  for (const channel of ID_CHANNELS) {
    const id = parseRecipient(text, channel, null);
    if (id.ok && (channel !== 'messenger' || longId.test(id.address))) return id.address;
  }
  throw new InvalidRequest([{ parameter: 'number', detail: `number ${number.reason}` }]);
}

/** Reads a person in the path of a route: a number, or the id by which a channel knows the person. @throws InvalidRequest */
export function personAddressOf(text: string, country: DefaultCountry): string {
  const number = parseRecipient(text, 'sms', country);
  if (number.ok) return number.address;
  const id = readWholeAddress(text, country);
  if (id.ok) return id.is;
  throw new InvalidRequest([{ parameter: 'number', detail: `number ${number.reason}` }]);
}

/** Reads `sender` of a body into the form in which messages have it. @throws InvalidRequest */
export function ownSenderOf<Statement extends { readonly sender?: string }>(
  statement: Statement,
  country: DefaultCountry,
): Statement {
  if (typeof statement.sender !== 'string') return statement;
  const read = readWholeAddress(statement.sender, country);
  if (read.ok) return { ...statement, sender: read.is };
  throw new InvalidRequest([{ pointer: '/sender', detail: `sender ${read.reason}` }]);
}
