type Json = Readonly<Record<string, unknown>>;

/** The stored data and metadata of an event, parsed, in the shape of the version that was written. */
export interface StoredContent {
  readonly data: Json;
  readonly metadata: Json;
}

/** One change of a stored shape: turns a version into the next one. */
export type Upcast = (older: StoredContent) => StoredContent;
