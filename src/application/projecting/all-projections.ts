import type { ProjectionStores } from '../ports/projection-store.js';
import { messagesProjection } from './messages/messages-projection.js';
import type { Projection } from './projection.js';
import { agendaProjection } from './agenda.js';
import { contactsProjection } from './contacts.js';
import { inboundProjection } from './inbound.js';
import { messageIndexProjection } from './message-index.js';
import { quarantineProjection } from './quarantine.js';

/** All projections of the ledger; those that other work waits for come first. */
export const allProjections = (stores: ProjectionStores): readonly Projection[] => [
  messageIndexProjection(stores),
  agendaProjection(stores),
  inboundProjection(stores),
  quarantineProjection(stores),
  contactsProjection(stores),
  messagesProjection(stores.messages),
];
