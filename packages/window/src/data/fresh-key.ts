const BYTES = 16;

/** An idempotency key that nobody had before. `crypto.randomUUID` exists in secure contexts only; plain HTTP is none. */
export const freshKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(BYTES))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
