import { v5, v7 } from 'uuid';
import type { Identifiers } from '../../application/ports/identifiers.js';

/** Our own namespace, so that nobody else's UUIDv5 of the same words is equal. Never change it. */
const NAMESPACE = '5b0b7a0e-6b0f-4d6e-9a53-5f2c0a5e8d11';

/** An API key's name cannot contain it, so two pairs of name and key never give the same text. */
const SEPARATOR = '\u0000';

export const uuidIdentifiers: Identifiers = {
  newMessageId: () => v7(),
  newId: () => v7(),
  messageIdFor: (apiKeyName, idempotencyKey) =>
    v5(['message', apiKeyName, idempotencyKey].join(SEPARATOR), NAMESPACE),
  idOf: (...words) => v5(['fact', ...words].join(SEPARATOR), NAMESPACE),
};
