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
   * @throws StoreUnavailable while somebody reads a file so long that it cannot be done
   */
  purge(): Promise<void>;
  /** Sentences: where the database keeps older rows for a while, and how to shorten that. */
  readonly remains: readonly string[];
}
