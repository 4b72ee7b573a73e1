/** Which message a `message_uuid` of Vonage belongs to: a projection of the ledger. */
export interface MessageIndex {
  /** The id of the message one of whose attempts Vonage named so; undefined when none is known yet. */
  messageIdOf(messageUuid: string): Promise<string | undefined>;
}
