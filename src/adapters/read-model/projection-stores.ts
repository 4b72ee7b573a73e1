import type { ProjectionName, ProjectionStores } from '../../application/ports/projection-store.js';
import type { Catalog } from './copies/catalog.js';
import { CopyStore, type CopySource } from './copies/copy-store.js';
import { SqlMessageStore } from './messages/message-writer.js';
import { agendaWriter } from './tables/agenda.js';
import { contactsWriter } from './tables/contacts.js';
import { inboundWriter } from './tables/inbound.js';
import { messageIndexWriter } from './tables/message-index.js';
import { quarantineWriter } from './tables/quarantine.js';

/** Writes to the copies that are in use. */
export const projectionStores = (catalog: Catalog): ProjectionStores =>
  storesOver((projection) => ({ current: () => catalog.freshCopyOf(projection) }));

/** Stores over one source for each projection. */
export const storesOver = (
  sourceOf: (projection: ProjectionName) => CopySource,
): ProjectionStores => ({
  messages: new SqlMessageStore(sourceOf('messages')),
  'message-index': new CopyStore(sourceOf('message-index'), messageIndexWriter),
  agenda: new CopyStore(sourceOf('agenda'), agendaWriter),
  inbound: new CopyStore(sourceOf('inbound'), inboundWriter),
  quarantine: new CopyStore(sourceOf('quarantine'), quarantineWriter),
  contacts: new CopyStore(sourceOf('contacts'), contactsWriter),
});
