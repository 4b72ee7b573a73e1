import type { EventStore, StoredStream } from '../ports/event-store.js';
import type { MessageIndex } from '../ports/message-index.js';
import { messageStream } from '../streams.js';

/** A message's stream, and the id that it is recorded under. */
export interface FoundStream extends StoredStream {
  readonly messageId: string;
}

/**
 * Finds a message by its id, or by the `message_uuid` that Vonage gave to one of its attempts. Empty when there is
 * none. Reports about our own message may have begun a stream under their uuid; the message's own stream takes
 * precedence.
 * @throws StoreUnavailable
 */
export async function findStream(
  store: EventStore,
  index: MessageIndex,
  id: string,
): Promise<FoundStream> {
  const stream = await store.read(messageStream(id));
  if (stream.events[0]?.event.type === 'MessageRequested') return { ...stream, messageId: id };
  const isKnown = stream.events.length > 0;
  const owner = await index.messageIdOf(id).catch((error: unknown) => {
    // Without the read models, the message's own stream still tells most of it.
    if (isKnown) return undefined;
    throw error;
  });
  if (owner === undefined || owner === id) return { ...stream, messageId: id };
  return { ...(await store.read(messageStream(owner))), messageId: owner };
}
