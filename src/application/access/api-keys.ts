import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isKeyName, KEY_NAME_FORM, scopes, type Scope } from '../../domain/keys/key-scopes.js';

/** A key as it is configured: only its hash, so that the configuration cannot be used to send. */
export interface ApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the key, 32 bytes. A key has 256 random bits, so no slow hash is needed. */
  readonly hash: Buffer;
}

const SECRET_BYTES = 32;

/** The most keys that may be configured: each request is compared with all of them. */
export const API_KEYS_MAX = 100;

/** Reads `name:scope+scope:sha256`, comma-separated. Faults never quote a value. */
export function parseApiKeys(text: string): {
  readonly keys: readonly ApiKey[];
  readonly faults: readonly string[];
} {
  const entries = text.split(',').map((entry) => entry.trim());
  const parsed = entries.filter((entry) => entry !== '').map(parseApiKey);
  const keys = parsed.filter((entry) => typeof entry !== 'string');
  const faults = parsed.flatMap((entry, index) =>
    typeof entry === 'string' ? [`entry ${index + 1} ${entry}`] : [],
  );
  if (new Set(keys.map(({ name }) => name)).size < keys.length) faults.push('has a name twice');
  // A request would count for one of the two names, and the other's limits and scopes for nothing.
  if (new Set(keys.map(({ hash }) => hash.toString('hex'))).size < keys.length) {
    faults.push('has a hash twice');
  }
  if (keys.length > API_KEYS_MAX) faults.push(`has more than ${API_KEYS_MAX} entries`);
  return { keys, faults };
}

function parseApiKey(entry: string): ApiKey | string {
  const [name = '', scopeText = '', hash = '', ...rest] = entry.split(':');
  if (rest.length > 0 || hash === '') return 'must have the form name:scope+scope:sha256';
  if (!isKeyName(name)) return `has a name that must have ${KEY_NAME_FORM}`;
  const wanted = parseScopes(scopeText);
  if (wanted === undefined) return `has a scope that is not one of ${scopes.join(', ')}`;
  if (!/^[0-9a-f]{64}$/.test(hash)) return 'has a hash that is not 64 lower-case hex digits';
  return { name, scopes: wanted, hash: Buffer.from(hash, 'hex') };
}

/** Reads `send+read`, also with commas; undefined when one of them is unknown or none is given. */
export function parseScopes(text: string): readonly Scope[] | undefined {
  const wanted = text.split(/[+,]/).map((word) => word.trim());
  const known = scopes.filter((scope) => wanted.includes(scope));
  return known.length === new Set(wanted).size ? known : undefined;
}

/**
 * A new key that the ledger is to know. It carries its name, so the name of its stream is known from the key. The
 * secret has a fixed length, so a name may contain the separator.
 */
export const newIssuedKey = (name: string): string => `wb_${name}_${newSecret()}`;

const ISSUED_KEY = /^wb_([A-Za-z0-9_.-]{1,64})_[A-Za-z0-9_-]{43}$/;

/** The name that an issued key carries; undefined for a text of another form. */
export const nameInKey = (presented: string): string | undefined => ISSUED_KEY.exec(presented)?.[1];

const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** A new key, to be shown once, and what to configure for it. */
export function createApiKey(
  name: string,
  wanted: readonly Scope[],
): { readonly key: string; readonly configured: string } {
  const key = `wb_${newSecret()}`;
  return { key, configured: `${name}:${wanted.join('+')}:${hashOf(key).toString('hex')}` };
}

/** Compares with every key in constant time, so that timing reveals neither a match nor its place. */
export function findApiKey(keys: readonly ApiKey[], presented: string): ApiKey | undefined {
  const hash = hashOf(presented);
  let found: ApiKey | undefined;
  for (const key of keys) if (timingSafeEqual(key.hash, hash)) found = key;
  return found;
}

/** SHA-256: a key has 256 random bits, so nobody can find it from its hash. */
export const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();
