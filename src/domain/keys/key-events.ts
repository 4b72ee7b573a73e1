import type { Fact } from '../fact.js';
import { noDayLimits, type DayLimits } from '../limits/day-limits.js';
import type { Scope } from './key-scopes.js';

/** Those of a day hold over all instances. */
export interface KeyLimits extends DayLimits {
  /** Per instance; null: no limit. */
  readonly requestsPerSecond: number | null;
}

export const noKeyLimits: KeyLimits = { ...noDayLimits, requestsPerSecond: null };

/** An API key was made. Only its digest is stored, never the key itself. */
export type KeyCreated = Fact<
  'KeyCreated',
  {
    readonly name: string;
    readonly scopes: readonly Scope[];
    /** SHA-256 of the key, lower-case hex. A key has 256 random bits, so neither salt nor a slow hash is needed. */
    readonly sha256: string;
    /** ISO 8601 UTC; null: never. */
    readonly expiresAt: string | null;
    readonly limits: KeyLimits;
    /** Name of the API key that made it; null where no key was used. */
    readonly by: string | null;
  }
>;

/** The key is refused from now on, for ever. */
export type KeyRevoked = Fact<
  'KeyRevoked',
  {
    readonly name: string;
    /** Name of the API key that revoked it; null where no key was used. */
    readonly by: string | null;
  }
>;

/** The key was used: recorded once an hour at most, by the first instance that sees it. */
export type KeyUsed = Fact<'KeyUsed', { readonly name: string }>;

/** A name was entered in the list of all keys, right before the key is made. */
export type KeyRegistered = Fact<'KeyRegistered', { readonly name: string }>;

export type KeyEvent = KeyCreated | KeyRevoked | KeyUsed | KeyRegistered;
