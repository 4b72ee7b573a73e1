import {
  createHmac,
  createPublicKey,
  createSecretKey,
  hash,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';

/** The claims of a genuine webhook's token. */
export interface WebhookClaims {
  readonly jti: string | null;
  /** Time of Vonage's signature, seconds since 1970. */
  readonly iat: number;
  /** The API key of the secret that signed it. */
  readonly apiKey: string;
  readonly applicationId: string | null;
}

export const webhookRefusalReasons = [
  'scheme',
  'malformed-token',
  'algorithm',
  'unknown-api-key',
  'signature',
  'payload-hash',
  'issuer',
  'application',
  'too-old',
  'in-the-future',
] as const;
export type WebhookRefusalReason = (typeof webhookRefusalReasons)[number];

/** A token that Vonage signed; its body is not verified yet. */
export interface SignedToken {
  readonly kind: 'signed';
  readonly token: string;
  readonly claims: WebhookClaims;
  /** SHA-256 of the body, in hex, as the token claims it. */
  readonly payloadHash: unknown;
}

export interface RefusedWebhook {
  readonly kind: 'refused';
  readonly reason: WebhookRefusalReason;
}

/**
 * `unsigned` means no signature, not a wrong one: after an internal error Vonage may send a callback without a
 * signature, and sends it again signed when it is answered with 5xx (its page on webhooks).
 */
export type TokenVerification = SignedToken | { readonly kind: 'unsigned' } | RefusedWebhook;

export interface GenuineWebhook {
  readonly kind: 'genuine';
  readonly token: string;
  readonly claims: WebhookClaims;
  readonly sha256: string;
}

export interface WebhookVerifierConfig {
  /** Every valid secret by API key: several while one is being replaced. */
  readonly secrets: ReadonlyMap<string, readonly string[]>;
  readonly applicationId: string;
}

/** Needs no body, so that no body is read for a webhook that Vonage did not sign. */
export type TokenVerifier = (
  /** The `Authorization` header as received. */
  authorization: string | undefined,
  /** Milliseconds since 1970. */
  nowMs: number,
) => TokenVerification;

/** Vonage retries for 24 h (support article 360028543292) and may repeat the first signature; one hour is slack. */
export const SIGNATURE_AGE_MS_MAX = 25 * 60 * 60 * 1000;
/** Limit of the lead of Vonage's clock over ours. */
export const SIGNATURE_LEAD_MS_MAX = 5 * 60 * 1000;
/** A token of Vonage has about 400 characters. */
export const TOKEN_CHARACTERS_MAX = 4096;

/**
 * Checks that a signed token belongs to the body that came with it.
 * @param body the bytes as received, before any parsing
 */
export function verifyBody(
  { token, claims, payloadHash }: SignedToken,
  body: Buffer,
): GenuineWebhook | RefusedWebhook {
  // No constant time needed: the signature is verified already, and the hash is no secret.
  const sha256 = hash('sha256', body);
  return payloadHash === sha256
    ? { kind: 'genuine', token, claims, sha256 }
    : refused('payload-hash');
}

/**
 * Builds the check of the tokens of Vonage's webhooks. `verifySignature` of `@vonage/jwt` accepts every token that
 * this accepts; it checks the signature only. This also checks the issuer, the application and the time, in about a
 * quarter of that function's time.
 *
 * @throws Error for a secret that could never sign anything: empty, or a PEM key.
 */
export function createTokenVerifier(config: WebhookVerifierConfig): TokenVerifier {
  const keysByApiKey = keysOf(config.secrets);
  const onlyApiKey = keysByApiKey.size === 1 ? [...keysByApiKey.keys()][0] : undefined;
  /** Header segments of genuine tokens. Vonage always sends the same one, so it is decoded once. */
  const knownHeaders = new Set<string>();

  return (authorization, nowMs) => {
    if (authorization === undefined || authorization === '') return { kind: 'unsigned' };
    if (!isBearer(authorization)) return refused('scheme');
    const token = authorization.slice(BEARER.length);
    if (token.length > TOKEN_CHARACTERS_MAX) return refused('malformed-token');

    const headerEnd = token.indexOf('.');
    const payloadEnd = token.indexOf('.', headerEnd + 1);
    if (headerEnd < 0 || payloadEnd < 0) return refused('malformed-token');
    const header = token.slice(0, headerEnd);
    if (!knownHeaders.has(header)) {
      const fault = headerFault(header);
      if (fault !== null) return refused(fault);
    }
    const claims = decodeObject(token.slice(headerEnd + 1, payloadEnd), 'utf8');
    if (claims === null) return refused('malformed-token');

    // With one API key only one secret can be meant, so a token without a key is accepted by its signature. A named
    // key must be known.
    const apiKey = claims['api_key'] ?? onlyApiKey;
    const keys = typeof apiKey === 'string' ? keysByApiKey.get(apiKey) : undefined;
    if (typeof apiKey !== 'string' || keys === undefined) return refused('unknown-api-key');
    const signature = Buffer.from(token.slice(payloadEnd + 1));
    if (!isSignedByOneOf(keys, token.slice(0, payloadEnd), signature)) return refused('signature');
    if (knownHeaders.size < KNOWN_HEADERS_MAX) knownHeaders.add(header);

    if (claims['iss'] !== 'Vonage') return refused('issuer');
    const applicationId = claims['application_id'] ?? null;
    if (applicationId !== null && !isSameUuid(applicationId, config.applicationId)) {
      return refused('application');
    }
    const { iat, jti } = claims;
    if (typeof iat !== 'number') return refused('malformed-token');
    const fault = timeFault(iat, claims['exp'], claims['nbf'], nowMs);
    if (fault !== null) return refused(fault);
    return {
      kind: 'signed',
      token,
      claims: {
        jti: typeof jti === 'string' ? jti : null,
        iat,
        apiKey,
        applicationId: applicationId === null ? null : config.applicationId,
      },
      payloadHash: claims['payload_hash'],
    };
  };
}

/** An operator may have written the id in capitals. */
const isSameUuid = (claim: unknown, uuid: string): boolean =>
  typeof claim === 'string' && claim.toLowerCase() === uuid.toLowerCase();

const BEARER = 'Bearer ';

/**
 * Any other scheme is refused rather than taken for unsigned: a proxy between Vonage and us, or a name and password
 * in the webhook's address, replaced the signature, and no retry would bring it back.
 */
const isBearer = (authorization: string): boolean =>
  authorization.startsWith(BEARER) ||
  authorization.slice(0, BEARER.length).toLowerCase() === BEARER.toLowerCase();

/** More than one only in case Vonage ever writes its header differently. */
const KNOWN_HEADERS_MAX = 4;

type Claims = Readonly<Record<string, unknown>> & {
  readonly iat?: unknown;
  readonly jti?: unknown;
};

/**
 * Accepts plain HS256 only, the one algorithm that Vonage signs webhooks with. A header with a required extension
 * (`crit`, RFC 7515 section 4.1.11) or an unencoded payload (`b64`, RFC 7797) is refused.
 */
function headerFault(segment: string): WebhookRefusalReason | null {
  const header = decodeObject(segment, 'latin1');
  if (header === null) return 'malformed-token';
  const isPlain = header['alg'] === 'HS256' && !('crit' in header) && !('b64' in header);
  return isPlain ? null : 'algorithm';
}

/**
 * Decodes an object from base64url, or returns null. The text must equal the encoding of its bytes: no padding, no
 * foreign characters, no stray bits.
 */
function decodeObject(segment: string, encoding: 'utf8' | 'latin1'): Claims | null {
  const bytes = Buffer.from(segment, 'base64url');
  if (segment === '' || bytes.toString('base64url') !== segment) return null;
  try {
    const value: unknown = JSON.parse(bytes.toString(encoding));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Claims) : null;
  } catch {
    return null;
  }
}

function isSignedByOneOf(keys: readonly KeyObject[], input: string, signature: Buffer): boolean {
  for (const key of keys) {
    const expected = Buffer.from(createHmac('sha256', key).update(input).digest('base64url'));
    if (expected.length === signature.length && timingSafeEqual(expected, signature)) return true;
  }
  return false;
}

/** Vonage sends neither `exp` nor `nbf`; a token that has them must satisfy them. All but `nowMs` in seconds. */
function timeFault(
  iat: number,
  expiry: unknown,
  notBefore: unknown,
  nowMs: number,
): WebhookRefusalReason | null {
  if (expiry !== undefined && typeof expiry !== 'number') return 'malformed-token';
  if (notBefore !== undefined && typeof notBefore !== 'number') return 'malformed-token';
  const nowSeconds = Math.floor(nowMs / 1000);
  if (iat * 1000 < nowMs - SIGNATURE_AGE_MS_MAX) return 'too-old';
  if (expiry !== undefined && nowSeconds >= expiry) return 'too-old';
  if (iat * 1000 > nowMs + SIGNATURE_LEAD_MS_MAX) return 'in-the-future';
  if (notBefore !== undefined && notBefore > nowSeconds) return 'in-the-future';
  return null;
}

function keysOf(
  secrets: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly KeyObject[]> {
  return new Map([...secrets].map(([apiKey, texts]) => [apiKey, texts.map(keyOf)]));
}

function keyOf(secret: string): KeyObject {
  if (secret === '') throw new Error('a webhook signature secret is empty');
  // A public key as secret would let anybody who knows it sign.
  if (isAsymmetricKey(secret)) {
    throw new Error(
      'a webhook signature secret is a PEM key; the signature secret is another text',
    );
  }
  return createSecretKey(Buffer.from(secret));
}

function isAsymmetricKey(text: string): boolean {
  try {
    createPublicKey(text);
    return true;
  } catch {
    return false;
  }
}

const refused = (reason: WebhookRefusalReason): RefusedWebhook => ({
  kind: 'refused',
  reason,
});
