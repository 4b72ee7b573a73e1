import { sql } from 'kysely';
import type {
  AgedInbound,
  AgedMessage,
  AgedPage,
  AgedRows,
} from '../../../application/ports/person-rows.js';
import { ERASED } from '../../../domain/erasure-events.js';
import type { Catalog } from '../copies/catalog.js';
import { keyAt } from '../messages/message-key.js';

/** Rows that one statement looks at: one to five milliseconds of SQLite. */
const ROWS_MAX = 500;

export class AgedRowsTables implements AgedRows {
  constructor(private readonly catalog: Catalog) {}

  async messages(before: string, after: AgedMessage | undefined): Promise<AgedPage<AgedMessage>> {
    const { copy } = await this.catalog.filledCopyOf('messages');
    const found = await copy.db
      .selectFrom('messages')
      .leftJoin('facets', 'facets.facet_id', 'messages.facet_id')
      .select(['message_key', 'message_id', 'channel', 'recipient'])
      .where('message_key', '>', after?.place ?? keyAt(-Infinity) - 1)
      .where('message_key', '<', keyAt(Date.parse(before)))
      .orderBy('message_key')
      .limit(ROWS_MAX)
      .execute();
    // A hidden row has no facet; its channel decides only whether the number has a country.
    const rows = found.map(({ message_key: place, message_id: messageId, channel, recipient }) => ({
      place,
      messageId,
      channel: channel ?? 'sms',
      to: recipient,
    }));
    return { rows: rows.filter(({ to }) => to !== ERASED), last: lastOfFull(rows) };
  }

  async inbound(before: string, after: AgedInbound | undefined): Promise<AgedPage<AgedInbound>> {
    const { copy } = await this.catalog.filledCopyOf('inbound');
    let query = copy.db
      .selectFrom('inbound')
      .select(['occurred_at', 'message_uuid', 'sender'])
      .where('occurred_at', '<', Date.parse(before));
    if (after !== undefined) {
      query = query.where(
        sql<boolean>`(occurred_at, message_uuid) > (${after.place}, ${after.uuid})`,
      );
    }
    const found = await query
      .orderBy('occurred_at')
      .orderBy('message_uuid')
      .limit(ROWS_MAX)
      .execute();
    const rows = found.map(({ occurred_at: place, message_uuid: uuid, sender }) => ({
      place,
      uuid,
      sender,
    }));
    return { rows: rows.filter(({ sender }) => sender !== ERASED), last: lastOfFull(rows) };
  }
}

const lastOfFull = <Row>(rows: readonly Row[]): Row | undefined =>
  rows.length < ROWS_MAX ? undefined : rows.at(-1);
