import type { Position } from '../../application/ports/event-store.js';
import type { MessageIndex } from '../../application/ports/message-index.js';
import type { Catalog } from './catalog.js';

export class MessageIndexTable implements MessageIndex {
  constructor(private readonly catalog: Catalog) {}

  async messageIdOf(messageUuid: string): Promise<string | undefined> {
    const { copy } = await this.catalog.copyOf('message-index');
    const row = await copy.db
      .selectFrom('message_index')
      .select('message_id')
      .where('message_uuid', '=', messageUuid)
      .executeTakeFirst();
    return row?.message_id;
  }

  async position(): Promise<Position | undefined> {
    const { copy } = await this.catalog.copyOf('message-index');
    const row = await copy.db.selectFrom('progress').select('position').executeTakeFirst();
    return row?.position;
  }
}
