/** Makes ids. All are lower-case UUIDs. */
export interface Identifiers {
  /** A new message's id: a UUIDv7, so that ids sort by time. */
  newMessageId(): string;
  /** The id for an Idempotency-Key of one API key's holder: always the same (UUIDv5), and no secret. @see RequestIds */
  messageIdFor(apiKeyName: string, idempotencyKey: string): string;
  /** An id for something that happened just now (UUIDv7): correlation, causation. */
  newId(): string;
  /** The fixed id of a fact: the same words give the same id (UUIDv5). */
  idOf(...words: readonly string[]): string;
}
