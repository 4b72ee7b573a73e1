import { createHash, createHmac, randomUUID } from 'node:crypto';

export interface Signer {
  readonly secret: string;
  readonly apiKey: string;
  /** Null for callbacks of the account: Vonage then leaves the claim out. */
  readonly applicationId: string | null;
}

/**
 * The bearer token of a callback: HS256, no expiry, and a hash that ties it to the exact bytes of
 * the body. Claims as in Vonage's documentation of signed webhooks.
 */
export function signCallback(body: Buffer, signer: Signer, nowMs: number): string {
  const claims = {
    iat: Math.floor(nowMs / 1_000),
    jti: randomUUID(),
    iss: 'Vonage',
    payload_hash: createHash('sha256').update(body).digest('hex'),
    api_key: signer.apiKey,
    ...(signer.applicationId === null ? {} : { application_id: signer.applicationId }),
  };
  const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  const signature = createHmac('sha256', signer.secret).update(unsigned).digest('base64url');
  return `${unsigned}.${signature}`;
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
