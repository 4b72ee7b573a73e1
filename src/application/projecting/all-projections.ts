import type { ProjectionStores } from '../ports/projection-store.js';
import { messagesProjection } from './messages/messages-projection.js';
import type { Projection } from './projection.js';
import {
  agendaProjection,
  inboundProjection,
  messageIndexProjection,
  quarantineProjection,
} from './simple-projection.js';

/** Everything that is made of the ledger; what others wait for comes first. */
export const allProjections = (stores: ProjectionStores): readonly Projection[] => [
  messageIndexProjection(stores),
  agendaProjection(stores),
  inboundProjection(stores),
  quarantineProjection(stores),
  messagesProjection(stores.messages),
];
