import type { Position } from './event-store.js';

/** Which message a `message_uuid` of Vonage belongs to: a projection of the ledger. */
export interface MessageIndex {
  /** The id of the message one of whose attempts Vonage named so; undefined when none is known. */
  messageIdOf(messageUuid: string): Promise<string | undefined>;

  /** How far the ledger has been read into the index; undefined before the first event. */
  position(): Promise<Position | undefined>;
}
