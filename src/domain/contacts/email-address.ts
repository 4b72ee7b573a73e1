import type { AddressResult } from './address-result.js';

/** RFC 5321, 4.5.3.1: the local part, and the whole without the brackets of a path. */
const LOCAL_CHARACTERS_MAX = 64;
const ADDRESS_CHARACTERS_MAX = 254;

/** A dot-atom (RFC 5322). Quoted local parts are valid too, but hardly any mail server takes them. */
const localPart = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const hostName = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** Reads an e-mail address. Its domain gets the form that DNS knows: lower case, and Punycode beyond ASCII. */
export function parseEmailAddress(text: string): AddressResult {
  const plain = text.trim();
  const at = plain.lastIndexOf('@');
  if (at <= 0) return refused('is no e-mail address: write it as name@example.com');
  const local = plain.slice(0, at);
  const domain = URL.parse(`http://${plain.slice(at + 1)}/`);
  // A port, a path or a password would be no part of a domain.
  const host = domain?.href === `http://${domain?.hostname}/` ? domain.hostname : '';
  if (!hostName.test(host))
    return refused('is no e-mail address: its domain is not like example.com');
  if (/[^\x20-\x7e]/.test(local)) {
    return refused('has characters beyond ASCII before the @, which many mail servers refuse');
  }
  if (!localPart.test(local)) {
    return refused('is no e-mail address: before the @ are letters, digits and single dots');
  }
  const address = `${local}@${host}`;
  if (local.length > LOCAL_CHARACTERS_MAX || address.length > ADDRESS_CHARACTERS_MAX) {
    return refused(
      `is too long for an e-mail address: at most ${LOCAL_CHARACTERS_MAX} characters before the @, ${ADDRESS_CHARACTERS_MAX} in all`,
    );
  }
  return { ok: true, address, country: null };
}

const refused = (reason: string): AddressResult => ({ ok: false, reason });
