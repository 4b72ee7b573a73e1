import { MessageTableStore } from './message-table-store.js';
import type { ProjectionStores } from '../../application/ports/projection-store.js';
import type { Catalog } from './catalog.js';
import { copyInUse, CopyStore } from './copy-store.js';
import {
  agendaWriter,
  inboundWriter,
  messageIndexWriter,
  quarantineWriter,
} from './simple-writers.js';

/** Writes to the copies that are in use. */
export const projectionStores = (catalog: Catalog): ProjectionStores => ({
  messages: new MessageTableStore(copyInUse(catalog, 'messages')),
  'message-index': new CopyStore(copyInUse(catalog, 'message-index'), messageIndexWriter),
  agenda: new CopyStore(copyInUse(catalog, 'agenda'), agendaWriter),
  inbound: new CopyStore(copyInUse(catalog, 'inbound'), inboundWriter),
  quarantine: new CopyStore(copyInUse(catalog, 'quarantine'), quarantineWriter),
});
