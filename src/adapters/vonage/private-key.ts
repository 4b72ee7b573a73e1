import { createPrivateKey } from 'node:crypto';

/** The minimum for RS256 (RFC 7518, section 3.3). */
const MODULUS_BITS_MIN = 2048;

/**
 * Returns why a text cannot sign Vonage's tokens, as the end of a sentence that begins with "because"; null when it
 * can. Never repeats any of the text.
 */
export function privateKeyFault(pem: string): string | null {
  let key;
  try {
    key = createPrivateKey(pem);
  } catch {
    return 'the private key is not a PEM private key, or needs a passphrase';
  }
  if (key.asymmetricKeyType !== 'rsa') return 'the private key is not an RSA key';
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return bits < MODULUS_BITS_MIN
    ? `the private key has ${bits} bits and needs at least ${MODULUS_BITS_MIN}`
    : null;
}
