import type { MessageIndex } from '../../application/ports/message-index.js';
import type { Catalog } from './catalog.js';
import { messageIndexTable } from './tables.js';

export class MessageIndexTable implements MessageIndex {
  constructor(private readonly catalog: Catalog) {}

  /** A webhook waits for this, so it goes by a prepared statement instead of building a query. */
  async messageIdOf(messageUuid: string): Promise<string | undefined> {
    const { copy } = await this.catalog.copyOf('message-index');
    const [row] = await copy.find(messageIndexTable, 'message_uuid', [messageUuid]);
    return row === undefined ? undefined : String(row['message_id']);
  }
}
