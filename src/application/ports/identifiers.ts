/** Where ids come from. All are lower-case UUIDs. */
export interface Identifiers {
  /** A new message's id: a UUIDv7, so that ids sort by time. */
  newMessageId(): string;
  /** The id that belongs to an idempotency key of one API key's holder: always the same (UUIDv5). */
  messageIdFor(apiKeyName: string, idempotencyKey: string): string;
  /** An id for something that happened just now (UUIDv7): correlation, causation. */
  newId(): string;
  /** An id that belongs to a fact for good: the same words, the same id (UUIDv5). */
  idOf(...words: readonly string[]): string;
}
