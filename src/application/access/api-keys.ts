import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * What a key may do. `read`: one message and lists; `audit`: replays and the whole ledger; `metrics`: figures
 * for monitoring; `admin`: everything.
 */
export const scopes = ['send', 'read', 'audit', 'metrics', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** A key as it is configured: only its hash, so that the configuration cannot be used to send. */
export interface ApiKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the key, 32 bytes. A key has 256 random bits, so no slow hash is needed. */
  readonly hash: Buffer;
}

const NAME = /^[A-Za-z0-9_.-]{1,64}$/;
const SECRET_BYTES = 32;

/** How many keys may be configured: each request is compared with all of them. */
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
  if (keys.length > API_KEYS_MAX) faults.push(`has more than ${API_KEYS_MAX} entries`);
  return { keys, faults };
}

function parseApiKey(entry: string): ApiKey | string {
  const [name = '', scopeText = '', hash = '', ...rest] = entry.split(':');
  if (rest.length > 0 || hash === '') return 'must have the form name:scope+scope:sha256';
  if (!NAME.test(name)) return 'has a name that is not made of letters, digits and _ . -';
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

export const isApiKeyName = (name: string): boolean => NAME.test(name);

/** A new key, to be shown once, and what to configure for it. */
export function createApiKey(
  name: string,
  wanted: readonly Scope[],
): { readonly key: string; readonly configured: string } {
  const key = `wb_${randomBytes(SECRET_BYTES).toString('base64url')}`;
  return { key, configured: `${name}:${wanted.join('+')}:${hashOf(key).toString('hex')}` };
}

/** Compares with every key in constant time, so that neither a hit nor its place can be timed. */
export function findApiKey(keys: readonly ApiKey[], presented: string): ApiKey | undefined {
  const hash = hashOf(presented);
  let found: ApiKey | undefined;
  for (const key of keys) if (timingSafeEqual(key.hash, hash)) found = key;
  return found;
}

const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();
