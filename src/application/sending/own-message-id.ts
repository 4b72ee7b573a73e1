import type { MessageLedger } from '../message-ledger.js';
import type { MessageIndex } from '../ports/message-index.js';

/**
 * Returns the id of our message, found by that id or by the `message_uuid` that Vonage gave to one of its attempts. An
 * unknown id is returned unchanged.
 * @throws StoreUnavailable
 */
export async function ownMessageId(
  messages: MessageLedger,
  index: MessageIndex,
  id: string,
): Promise<string> {
  const { message } = await messages.read(id);
  const isOurs = message.kind === 'tracked' && message.origin === 'waybill';
  return isOurs ? id : ((await index.messageIdOf(id)) ?? id);
}
