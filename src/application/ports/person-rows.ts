/** Finds what the read models hold of a person, also what no list shows. */
export interface PersonRows {
  /** Messages to a number, in no order. */
  messagesTo(
    number: string,
    rowsMax: number,
  ): Promise<readonly { readonly messageId: string; readonly channel: string }[]>;
  /** Vonage's uuids of messages from a number, in no order. */
  inboundFrom(number: string, rowsMax: number): Promise<readonly string[]>;
  /**
   * Removes what the database's files still hold of rows that were changed.
   * @throws StoreUnavailable while somebody reads a file so long that it cannot be done, and after `stopPurges`
   */
  purge(): Promise<void>;
  /** For a service that stops: it may take minutes, and whoever asks again begins it anew. */
  stopPurges(): void;
  /** Sentences: where something may remain that names the person, and how that ends. */
  remains(): Promise<readonly string[]>;
}

/** ISO 8601 UTC. */
export interface Span {
  /** Inclusive; undefined: from the first. */
  readonly since: string | undefined;
  /** Exclusive. */
  readonly before: string;
}

export interface AgedRow {
  /** Names the place of the row in its order; it has a meaning only for the port. */
  readonly place: number;
}

export interface AgedMessage extends AgedRow {
  readonly messageId: string;
  readonly channel: string;
  readonly to: string;
}

export interface AgedInbound extends AgedRow {
  readonly uuid: string;
}

/** Rows of a span of time that still name somebody, the oldest first. */
export interface AgedRows {
  /** The time of the oldest row, also of one that names nobody; undefined where there is none. */
  oldest(): Promise<Date | undefined>;
  /** By their creation. @param after the last row of the page before */
  messages(
    span: Span,
    after: AgedMessage | undefined,
    rowsMax: number,
  ): Promise<readonly AgedMessage[]>;
  /** By the time at which they were sent. @param after the last row of the page before */
  inbound(
    span: Span,
    after: AgedInbound | undefined,
    rowsMax: number,
  ): Promise<readonly AgedInbound[]>;
}
