import { InvalidRequest } from '../../../application/errors.js';

export const IDEMPOTENCY_KEY_CHARACTERS_MAX = 255;

/** Returns the key as sent, without the quotes that its draft standard asks for. @throws InvalidRequest */
export function idempotencyKeyOf(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = header.trim().replace(/^"(.*)"$/, '$1');
  if (/^[\x20-\x7e]+$/.test(key) && key.length <= IDEMPOTENCY_KEY_CHARACTERS_MAX) return key;
  throw new InvalidRequest([
    {
      parameter: 'Idempotency-Key',
      detail: `Idempotency-Key must have 1 to ${IDEMPOTENCY_KEY_CHARACTERS_MAX} printable ASCII characters`,
    },
  ]);
}
