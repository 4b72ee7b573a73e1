import type { KeyCreated, KeyEvent, KeyLimits } from './key-events.js';
import type { Scope } from './key-scopes.js';

/** An API key, folded from the events of its stream. */
export interface IssuedKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the key, lower-case hex. */
  readonly sha256: string;
  readonly limits: KeyLimits;
  /** These times are ISO 8601 UTC. */
  readonly createdAt: string;
  readonly createdBy: string | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly revokedBy: string | null;
}

/** Undefined until the key is made. A second revocation changes nothing. */
export function evolveKey(key: IssuedKey | undefined, event: KeyEvent): IssuedKey | undefined {
  if (event.type === 'KeyCreated') return key ?? created(event);
  if (event.type !== 'KeyRevoked' || key === undefined || key.revokedAt !== null) return key;
  return { ...key, revokedAt: event.data.occurredAt, revokedBy: event.data.by };
}

function created({ data }: KeyCreated): IssuedKey {
  const { name, scopes, sha256, limits, expiresAt, occurredAt, by } = data;
  return {
    name,
    scopes,
    sha256,
    limits,
    createdAt: occurredAt,
    createdBy: by,
    expiresAt,
    revokedAt: null,
    revokedBy: null,
  };
}
