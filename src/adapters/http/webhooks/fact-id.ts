/**
 * Returns the id of a webhook's fact: the first 16 bytes of its body's SHA-256 as a UUID of version 8 (RFC 9562,
 * section 5.8). The same body is the same fact, however often it is sent.
 *
 * @param sha256 64 hexadecimal digits, lower case
 */
export function factIdOf(sha256: string): string {
  const variant = VARIANT_DIGITS[parseInt(sha256.charAt(16), 16) & 0b11] ?? '8';
  return (
    `${sha256.slice(0, 8)}-${sha256.slice(8, 12)}-8${sha256.slice(13, 16)}-` +
    `${variant}${sha256.slice(17, 20)}-${sha256.slice(20, 32)}`
  );
}

const VARIANT_DIGITS = '89ab';
