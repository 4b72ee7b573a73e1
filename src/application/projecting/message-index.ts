import type { MessageIndexChanges, ProjectionStores } from '../ports/projection-store.js';
import { MESSAGE_STREAMS, messageIdOfStream } from '../streams.js';
import type { Projection } from './projection.js';
import { simpleProjection } from './simple-projection.js';

/** Which uuid of Vonage belongs to which message. Were it given to two, the later one would have it. */
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
          if (event.type !== 'AttemptAccepted' && event.type !== 'AttemptRecovered') return;
          owners.set(event.data.messageUuid, messageId);
        },
        changes: () => owners,
      };
    },
  );
