import type { DomainEvent } from '../../domain/events.js';
import type { MessageIndexChanges, ProjectionStores } from '../ports/projection-store.js';
import { MESSAGE_STREAMS, messageIdOfStream } from '../streams.js';
import type { Projection } from './projection.js';
import { readsNothingPersonal, simpleProjection } from './simple-projection.js';

/** Maps each uuid of Vonage to its message. If two messages had the same uuid, the later one would own it. */
export const messageIndexProjection = (stores: ProjectionStores): Projection =>
  simpleProjection<MessageIndexChanges>(
    'message-index',
    MESSAGE_STREAMS,
    stores['message-index'],
    () => {
      const owners = new Map<string, string>();
      return {
        add({ event, stream }) {
          const messageId = messageIdOfStream(stream);
          if (messageId === undefined) return;
          const messageUuid = uuidIn(event);
          // A message of others has no other id than its uuid.
          if (messageUuid !== null && messageUuid !== messageId) owners.set(messageUuid, messageId);
        },
        changes: () => owners,
      };
    },
    readsNothingPersonal,
  );

/** The uuid of an attempt. Where a call was never answered, only a report names it. */
function uuidIn(event: DomainEvent): string | null {
  const isName =
    event.type === 'AttemptAccepted' ||
    event.type === 'AttemptRecovered' ||
    event.type === 'StatusReported';
  return isName ? event.data.messageUuid : null;
}
