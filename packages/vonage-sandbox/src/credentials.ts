import { generateKeyPair, randomBytes, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';

/** What a Vonage account and one application of it consist of, for both sides of the wire. */
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

/** Fresh, fake credentials that mean nothing outside the sandbox that is given them. */
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
