import type { PersonRows } from '../../../application/ports/person-rows.js';
import type { Catalog } from '../copies/catalog.js';
import { reversed } from '../reversed.js';

const POSTGRES_KEEPS =
  'PostgreSQL keeps older rows of the read models in its files until VACUUM, and in its write-ahead log, replicas and backups for as long as these are kept: docs/erasure.md';

const SET_ASIDE =
  'Webhooks that were set aside (GET /v1/quarantine) are kept by day, because nobody can tell whom they name: docs/erasure.md';

export class PersonRowsTables implements PersonRows {
  private readonly stopping = new AbortController();

  constructor(private readonly catalog: Catalog) {}

  async messagesTo(number: string, rowsMax: number): ReturnType<PersonRows['messagesTo']> {
    const { copy } = await this.catalog.filledCopyOf('messages');
    const rows = await copy.db
      .selectFrom('messages')
      .leftJoin('facets', 'facets.facet_id', 'messages.facet_id')
      .select(['message_id', 'channel'])
      .where('recipient_reversed', '=', reversed(number))
      .limit(rowsMax)
      .execute();
    // A hidden row has no facet; its channel decides only whether the number has a country.
    return rows.map(({ message_id: messageId, channel }) => ({
      messageId,
      channel: channel ?? 'sms',
    }));
  }

  async inboundFrom(number: string, rowsMax: number): Promise<readonly string[]> {
    const { copy } = await this.catalog.filledCopyOf('inbound');
    const rows = await copy.db
      .selectFrom('inbound')
      .select('message_uuid')
      .where('sender_reversed', '=', reversed(number))
      .limit(rowsMax)
      .execute();
    return rows.map(({ message_uuid: uuid }) => uuid);
  }

  async purge(): Promise<void> {
    for (const name of ['messages', 'inbound'] as const) {
      const { copy } = await this.catalog.filledCopyOf(name);
      await copy.purge(this.stopping.signal);
      await this.catalog.dropUnused(name);
    }
  }

  stopPurges(): void {
    this.stopping.abort(new Error('the service is stopping'));
  }

  async remains(): Promise<readonly string[]> {
    const { copy } = await this.catalog.filledCopyOf('quarantine');
    const aside = await copy.db.selectFrom('quarantine').select('event_id').limit(1).execute();
    return [
      ...(aside.length === 0 ? [] : [SET_ASIDE]),
      ...(this.catalog.database.kind === 'postgres' ? [POSTGRES_KEEPS] : []),
    ];
  }
}
