/** Maps a `message_uuid` of Vonage to its message: a projection of the ledger. */
export interface MessageIndex {
  /**
   * The id of the message that has an attempt with this uuid; undefined when none is known yet.
   * @throws ProjectorUnavailable for an unknown uuid while the index is made anew: it may only not be there again
   */
  messageIdOf(messageUuid: string): Promise<string | undefined>;
}
