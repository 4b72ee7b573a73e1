import type { ProjectionStores } from '../../application/ports/projection-store.js';
import type { Catalog } from './copies/catalog.js';
import { copyInUse, CopyStore, type CopySource } from './copies/copy-store.js';
import { SqlMessageStore } from './messages/message-writer.js';
import { agendaWriter } from './tables/agenda.js';
import { contactsWriter } from './tables/contacts.js';
import { inboundWriter } from './tables/inbound.js';
import { messageIndexWriter } from './tables/message-index.js';
import { quarantineWriter } from './tables/quarantine.js';

/** Writes to the copies that are in use. */
export const projectionStores = (catalog: Catalog): ProjectionStores => ({
  messages: new SqlMessageStore(copyInUse(catalog, 'messages')),
  'message-index': new CopyStore(copyInUse(catalog, 'message-index'), messageIndexWriter),
  agenda: new CopyStore(copyInUse(catalog, 'agenda'), agendaWriter),
  inbound: new CopyStore(copyInUse(catalog, 'inbound'), inboundWriter),
  quarantine: new CopyStore(copyInUse(catalog, 'quarantine'), quarantineWriter),
  contacts: new CopyStore(copyInUse(catalog, 'contacts'), contactsWriter),
});

/** Stores over one source; only the one whose tables the copy has is used. */
export const storesOver = (source: CopySource): ProjectionStores => ({
  messages: new SqlMessageStore(source),
  'message-index': new CopyStore(source, messageIndexWriter),
  agenda: new CopyStore(source, agendaWriter),
  inbound: new CopyStore(source, inboundWriter),
  quarantine: new CopyStore(source, quarantineWriter),
  contacts: new CopyStore(source, contactsWriter),
});
