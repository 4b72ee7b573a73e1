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
  /** Aborts purges when the service stops, because they may take minutes. A repeated erasure purges again. */
  stopPurges(): void;
  /** Sentences: where something may remain that names the person, and how that ends. */
  remains(): Promise<readonly string[]>;
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

/** A page of a limited number of rows, whether or not they name somebody, so that reading it never blocks the thread for long. */
export interface AgedPage<Row> {
  /** The rows of the page that still name somebody. */
  readonly rows: readonly Row[];
  /** The next page begins behind this row; undefined where there is none. */
  readonly last: Row | undefined;
}

/** Rows from before a time (ISO 8601 UTC), the oldest first. */
export interface AgedRows {
  /** By their creation. @param after the last row of the page before */
  messages(before: string, after: AgedMessage | undefined): Promise<AgedPage<AgedMessage>>;
  /** By the time at which they were sent. @param after the last row of the page before */
  inbound(before: string, after: AgedInbound | undefined): Promise<AgedPage<AgedInbound>>;
}
