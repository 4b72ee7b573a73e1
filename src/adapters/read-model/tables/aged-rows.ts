import { sql } from 'kysely';
import type {
  AgedInbound,
  AgedMessage,
  AgedRows,
  Span,
} from '../../../application/ports/person-rows.js';
import { ERASED } from '../../../domain/erasure-events.js';
import type { Catalog } from '../copies/catalog.js';
import { keyAt, timeOfKey } from '../messages/message-key.js';

export class AgedRowsTables implements AgedRows {
  constructor(private readonly catalog: Catalog) {}

  async oldest(): Promise<Date | undefined> {
    const { copy: messages } = await this.catalog.filledCopyOf('messages');
    const { copy: inbound } = await this.catalog.filledCopyOf('inbound');
    const [first] = await messages.db
      .selectFrom('messages')
      .select('message_key')
      .orderBy('message_key')
      .limit(1)
      .execute();
    const [firstInbound] = await inbound.db
      .selectFrom('inbound')
      .select('occurred_at')
      .orderBy('occurred_at')
      .limit(1)
      .execute();
    const times = [
      ...(first === undefined ? [] : [timeOfKey(first.message_key)]),
      ...(firstInbound === undefined ? [] : [firstInbound.occurred_at]),
    ];
    return times.length === 0 ? undefined : new Date(Math.min(...times));
  }

  async messages(
    { since, before }: Span,
    after: AgedMessage | undefined,
    rowsMax: number,
  ): Promise<readonly AgedMessage[]> {
    const { copy } = await this.catalog.filledCopyOf('messages');
    const begin = after?.place ?? keyAt(since === undefined ? -Infinity : Date.parse(since)) - 1;
    const rows = await copy.db
      .selectFrom('messages')
      .leftJoin('facets', 'facets.facet_id', 'messages.facet_id')
      .select(['message_key', 'message_id', 'channel', 'recipient'])
      .where('message_key', '>', begin)
      .where('message_key', '<', keyAt(Date.parse(before)))
      .where('recipient', '!=', ERASED)
      .orderBy('message_key')
      .limit(rowsMax)
      .execute();
    // A hidden row has no facet; its channel decides only whether the number has a country.
    return rows.map(({ message_key: place, message_id: messageId, channel, recipient: to }) => ({
      place,
      messageId,
      channel: channel ?? 'sms',
      to,
    }));
  }

  async inbound(
    { since, before }: Span,
    after: AgedInbound | undefined,
    rowsMax: number,
  ): Promise<readonly AgedInbound[]> {
    const { copy } = await this.catalog.filledCopyOf('inbound');
    let query = copy.db
      .selectFrom('inbound')
      .select(['occurred_at', 'message_uuid'])
      .where('occurred_at', '<', Date.parse(before))
      .where('sender', '!=', ERASED);
    if (after !== undefined) {
      query = query.where(
        sql<boolean>`(occurred_at, message_uuid) > (${after.place}, ${after.uuid})`,
      );
    } else if (since !== undefined) {
      query = query.where('occurred_at', '>=', Date.parse(since));
    }
    const rows = await query
      .orderBy('occurred_at')
      .orderBy('message_uuid')
      .limit(rowsMax)
      .execute();
    return rows.map(({ occurred_at: place, message_uuid: uuid }) => ({ place, uuid }));
  }
}
