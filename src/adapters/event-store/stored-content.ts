type Json = Readonly<Record<string, unknown>>;

/** What is stored of an event, read as JSON, in the shape of the version in which it was written. */
export interface StoredContent {
  readonly data: Json;
  readonly metadata: Json;
}

/** One change of a stored shape: makes the next version out of the one before. */
export type Upcast = (older: StoredContent) => StoredContent;
