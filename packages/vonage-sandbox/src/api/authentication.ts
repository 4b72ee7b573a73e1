import { createHash, timingSafeEqual, verify } from 'node:crypto';
import { unauthorized, unprovisioned, type Problem } from './problems.js';
import { isJsonObject, type Json } from '../validation/json.js';

export interface Account {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly applicationId: string;
  /** SPKI PEM. */
  readonly publicKey: string;
  /** False refuses good credentials too. */
  readonly acceptsCredentials: boolean;
}

/** The authenticated caller. Basic credentials name the account, a bearer token names an application of it. */
export type Caller = { readonly kind: 'application' } | { readonly kind: 'account' };

export type Authentication =
  | { readonly kind: 'known'; readonly caller: Caller }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** Vonage's documentation: a token lives 15 minutes by default and at most 24 hours. */
const TOKEN_LIFE_SECONDS_MAX = 24 * 60 * 60;

/** The largest lead of a client's clock over ours that is accepted. */
const CLOCK_SKEW_SECONDS_MAX = 60;

const refused = (problem: Problem): Authentication => ({ kind: 'refused', problem });

export function authenticate(
  authorization: string | undefined,
  account: Account,
  nowMs: number,
): Authentication {
  if (!account.acceptsCredentials) return refused(unauthorized());
  const [scheme = '', credentials = ''] = (authorization ?? '').split(' ', 2);
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return authenticateApplication(credentials, account, nowMs);
    case 'basic':
      return authenticateAccount(credentials, account);
    default:
      return refused(unauthorized());
  }
}

function authenticateAccount(credentials: string, account: Account): Authentication {
  const given = Buffer.from(credentials, 'base64').toString('utf8');
  return sameText(given, `${account.apiKey}:${account.apiSecret}`)
    ? { kind: 'known', caller: { kind: 'account' } }
    : refused(unauthorized());
}

function authenticateApplication(token: string, account: Account, nowMs: number): Authentication {
  const claims = verifiedClaims(token, account.publicKey);
  if (claims === null || !isTimely(claims, nowMs / 1_000)) return refused(unauthorized());
  if (typeof claims['jti'] !== 'string') return refused(unauthorized());
  if (claims['application_id'] !== account.applicationId) return refused(unprovisioned());
  return { kind: 'known', caller: { kind: 'application' } };
}

/** Returns null unless the token is an RS256 token signed with the private half of the key. */
function verifiedClaims(token: string, publicKey: string): Json | null {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.');
  if (rest.length > 0 || decode(header)?.['alg'] !== 'RS256') return null;
  const signed = Buffer.from(`${header}.${payload}`);
  const valid = verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'));
  return valid ? decode(payload) : null;
}

function decode(part: string): Json | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isTimely(claims: Json, nowSeconds: number): boolean {
  const { iat, exp } = claims;
  if (typeof iat !== 'number' || typeof exp !== 'number') return false;
  return (
    iat <= nowSeconds + CLOCK_SKEW_SECONDS_MAX &&
    exp > nowSeconds &&
    exp - iat <= TOKEN_LIFE_SECONDS_MAX
  );
}

const sameText = (one: string, other: string): boolean =>
  timingSafeEqual(digest(one), digest(other));

const digest = (value: string): Buffer => createHash('sha256').update(value).digest();
