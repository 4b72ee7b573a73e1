import { InvalidRequest } from '../../../application/errors.js';
import { parseRecipient } from '../../../domain/contacts/address.js';
import type { DefaultCountry } from '../../../domain/contacts/phone-number.js';

/** Reads the number in the path of a route. @throws InvalidRequest */
export function contactAddressOf(number: string, country: DefaultCountry): string {
  const read = parseRecipient(number, 'sms', country);
  if (read.ok) return read.address;
  throw new InvalidRequest([{ parameter: 'number', detail: `number ${read.reason}` }]);
}
