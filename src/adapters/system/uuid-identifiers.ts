import { randomFillSync } from 'node:crypto';
import { v5, v7 } from 'uuid';
import type { Identifiers } from '../../application/ports/identifiers.js';

/** Our own namespace, so that nobody else's UUIDv5 of the same words is equal. Never change it. */
const NAMESPACE = '5b0b7a0e-6b0f-4d6e-9a53-5f2c0a5e8d11';

/** An API key's name cannot contain it, so two pairs of name and key never give the same text. */
const SEPARATOR = '\u0000';

const ID_BYTES = 16;
const POOLED_IDS = 1_024;

/** One call for many ids: a call for each would be the most expensive part of an id. */
const pool = new Uint8Array(ID_BYTES * POOLED_IDS);
let used = pool.length;

function pooledRandom(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += ID_BYTES;
  return pool.subarray(used - ID_BYTES, used);
}

export const uuidIdentifiers: Identifiers = {
  newMessageId: () => v7(),
  newId: () => v7({ random: pooledRandom() }),
  messageIdFor: (apiKeyName, idempotencyKey) =>
    v5(['message', apiKeyName, idempotencyKey].join(SEPARATOR), NAMESPACE),
  idOf: (...words) => v5(['fact', ...words].join(SEPARATOR), NAMESPACE),
};
