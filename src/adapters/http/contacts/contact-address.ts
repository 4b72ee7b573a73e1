import { InvalidRequest } from '../../../application/errors.js';
import { parseRecipient } from '../../../domain/contacts/address.js';
import { readWholeAddress } from '../../../domain/contacts/searched-address.js';
import type { DefaultCountry } from '../../../domain/contacts/phone-number.js';

/** Reads the number in the path of a route. @throws InvalidRequest */
export function contactAddressOf(number: string, country: DefaultCountry): string {
  const read = parseRecipient(number, 'sms', country);
  if (read.ok) return read.address;
  throw new InvalidRequest([{ parameter: 'number', detail: `number ${read.reason}` }]);
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
