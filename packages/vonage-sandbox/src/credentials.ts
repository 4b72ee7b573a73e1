import { createPublicKey, generateKeyPair, randomBytes, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

/** The credentials of a Vonage account and one application of it, for both sides of the wire. */
export interface SandboxCredentials {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly applicationId: string;
  /** PKCS#8 PEM; the client signs its bearer tokens with it. */
  readonly privateKey: string;
  /** SPKI PEM; the sandbox checks bearer tokens with it. */
  readonly publicKey: string;
  /** Signs callbacks; the client checks them with it. */
  readonly signatureSecret: string;
}

const RSA_MODULUS_BITS = 2048;

/**
 * Returns the public half of an RSA key as SPKI PEM, also when a private key is given.
 * @throws when the text is no RSA key
 */
export function publicKeyOf(pem: string): string {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'rsa') throw new Error('The public key must be an RSA key.');
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** Creates fresh, fake credentials that are valid only in the sandbox that receives them. */
export async function createSandboxCredentials(): Promise<SandboxCredentials> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: RSA_MODULUS_BITS,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    apiKey: randomBytes(4).toString('hex'),
    apiSecret: randomBytes(12).toString('base64url'),
    applicationId: randomUUID(),
    privateKey,
    publicKey,
    signatureSecret: randomBytes(32).toString('base64url'),
  };
}
