import { createHash, createHmac } from 'node:crypto';

export const apiKey = 'a1b2c3d4';
export const secret = 'a signature secret of thirty-two';
export const applicationId = 'aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab';

/** `undefined` leaves a claim out. */
export type Claims = Readonly<Record<string, unknown>>;

/** Returns the claims of Vonage's token for a body that it signs now. */
export const claimsFor = (body: Buffer, nowMs: number): Claims => ({
  iat: Math.floor(nowMs / 1000),
  jti: 'c5ba8f24-1a14-4c10-bfdf-3fbe8ce511b5',
  iss: 'Vonage',
  payload_hash: createHash('sha256').update(body).digest('hex'),
  api_key: apiKey,
  application_id: applicationId,
});

export const encode = (text: string): string => Buffer.from(text).toString('base64url');

/** Signs any header and payload, well-formed or not, with the hash function of any HMAC algorithm of JWT. */
export function sign(header: string, payload: string, key: string, bits = 256): string {
  const signature = createHmac(`sha${bits}`, key).update(`${header}.${payload}`);
  return `${header}.${payload}.${signature.digest('base64url')}`;
}

export function signWebhook(
  claims: Claims,
  header: Claims = { alg: 'HS256', typ: 'JWT' },
  key: string = secret,
): string {
  return sign(encode(JSON.stringify(header)), encode(JSON.stringify(claims)), key);
}
