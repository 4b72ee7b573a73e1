/**
 * Returns the id of a webhook's fact: the first 16 bytes of its body's digest as a UUID of version 8 (RFC 9562,
 * section 5.8). The same body is the same fact, however often it is sent.
 *
 * @param digest keyed, so that nobody can guess a body by the id: 64 hexadecimal digits, lower case
 */
export function factIdOf(digest: string): string {
  const variant = VARIANT_DIGITS[parseInt(digest.charAt(16), 16) & 0b11] ?? '8';
  return (
    `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-` +
    `${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
  );
}

const VARIANT_DIGITS = '89ab';

/** Of a body. */
export interface Hashes {
  /** Keyed. */
  readonly digest?: string | undefined;
  readonly sha256: string;
}

/** The ids of a webhook's fact: today's, and the one that versions before the keyed digest gave to the same body. */
export const factIdsOf = ({
  digest,
  sha256,
}: Hashes): {
  readonly id: string;
  readonly formerId: string;
} => {
  const formerId = factIdOf(sha256);
  return { id: digest === undefined ? formerId : factIdOf(digest), formerId };
};
