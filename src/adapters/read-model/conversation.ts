import { sql } from 'kysely';
import type {
  ConversationEntry,
  ConversationKey,
  ConversationPage,
  Conversations,
  ConversationStart,
  Traffic,
} from '../../application/ports/conversations.js';
import type { InboundRow } from '../../application/ports/projection-store.js';
import type { Catalog } from './copies/catalog.js';
import { progressOf } from './copies/progress.js';
import type { Copy } from './copies/read-model-database.js';
import { ADOPTED_FACET } from './messages/message-cells.js';
import { keyAt, timeOfKey } from './messages/message-key.js';
import { ownerIn, type AddressOwner } from './searched-addresses.js';

/** Merges the message list and the inbound list of one contact. */
export class ConversationTables implements Conversations {
  constructor(private readonly catalog: Catalog) {}

  async page(
    address: string,
    start: ConversationStart,
    entriesMax: number,
  ): Promise<ConversationPage> {
    const messages = await this.catalog.filledCopyOf('messages');
    const inbound = await this.catalog.filledCopyOf('inbound');
    // Progress is read before the rows, so the rows include at least that progress.
    const progress = [await progressOf(messages.copy), await progressOf(inbound.copy)];
    const sent = await outboundStatement(
      messages.copy,
      ownerIn(messages, 'recipient', address),
      start,
      entriesMax + 1,
    ).execute();
    const received = await inboundStatement(
      inbound.copy,
      ownerIn(inbound, 'sender', address),
      start,
      entriesMax + 1,
    ).execute();
    const nearestFirst = [
      ...sent.map((row): ConversationEntry => {
        const tie = row.message_key;
        const key = { direction: 'outbound', at: timeOfKey(tie), tie } as const;
        return { key, messageId: row.message_id };
      }),
      ...received.map((row): ConversationEntry => {
        const key = { direction: 'inbound', at: row.occurred_at, tie: row.message_uuid } as const;
        return { key, inbound: JSON.parse(row.content) as InboundRow };
      }),
    ].toSorted(start.side === 'after' ? oldestFirst : newestFirst);
    const entries = nearestFirst.slice(0, entriesMax);
    return {
      entries: start.side === 'after' ? entries : entries.toReversed(),
      isMore: nearestFirst.length > entriesMax,
      progress,
    };
  }

  async traffic(
    address: string,
    countedMax: number,
  ): Promise<{ readonly sent: Traffic; readonly received: Traffic }> {
    const messages = await this.catalog.filledCopyOf('messages');
    const inbound = await this.catalog.filledCopyOf('inbound');
    const recipient = ownerIn(messages, 'recipient', address);
    const sender = ownerIn(inbound, 'sender', address);
    const newest = { side: 'before' } as const;
    const sent = await sentCount(messages.copy, recipient, countedMax).executeTakeFirst();
    const received = await receivedCount(inbound.copy, sender, countedMax).executeTakeFirst();
    const [lastSent] = await outboundStatement(messages.copy, recipient, newest, 1).execute();
    const [lastReceived] = await inboundStatement(inbound.copy, sender, newest, 1).execute();
    return {
      sent: trafficOf(sent, countedMax, lastSent && timeOfKey(lastSent.message_key)),
      received: trafficOf(received, countedMax, lastReceived?.occurred_at),
    };
  }
}

/** One more than is counted is looked at, which shows that there are more. */
function trafficOf(
  row: { readonly messages: number | string } | undefined,
  countedMax: number,
  latestAt: number | undefined,
): Traffic {
  const messages = Number(row?.messages ?? 0);
  return {
    messages: Math.min(messages, countedMax),
    isAtLeast: messages > countedMax,
    latestAt: latestAt ?? null,
  };
}

const directions = { outbound: 0, inbound: 1 } as const;

function oldestFirst({ key: left }: ConversationEntry, { key: right }: ConversationEntry): number {
  if (left.at !== right.at) return left.at - right.at;
  if (left.direction !== right.direction) {
    return directions[left.direction] - directions[right.direction];
  }
  if (left.tie === right.tie) return 0;
  return left.tie < right.tie ? -1 : 1;
}

const newestFirst = (left: ConversationEntry, right: ConversationEntry): number =>
  oldestFirst(right, left);

/** Selects what we sent to one contact, nearest to the start first. */
export function outboundStatement(
  { db }: Pick<Copy, 'db'>,
  { column, value }: AddressOwner<'recipient'>,
  { side, key }: ConversationStart,
  rowsMax: number,
) {
  const query = db
    .selectFrom('messages')
    .select(['message_key', 'message_id'])
    .where(column, '=', value)
    .where('facet_id', '<>', ADOPTED_FACET)
    .orderBy('message_key', side === 'after' ? 'asc' : 'desc')
    .limit(rowsMax);
  if (key === undefined) return query;
  // What we sent stands before what we received in the same millisecond.
  const at = key.direction === 'outbound' ? key.tie : keyAt(key.at + 1);
  if (side === 'before') return query.where('message_key', '<', at);
  return query.where('message_key', key.direction === 'outbound' ? '>' : '>=', at);
}

/** Selects what we received from one contact, nearest to the start first. */
export function inboundStatement(
  { db }: Pick<Copy, 'db'>,
  { column, value }: AddressOwner<'sender'>,
  { side, key }: ConversationStart,
  rowsMax: number,
) {
  const order = side === 'after' ? 'asc' : 'desc';
  const query = db
    .selectFrom('inbound')
    .select(['message_uuid', 'occurred_at', 'content'])
    .where(column, '=', value)
    .orderBy('occurred_at', order)
    .orderBy('message_uuid', order)
    .limit(rowsMax);
  if (key === undefined) return query;
  const uuid = uuidAt(key);
  return query.where(
    side === 'before'
      ? sql<boolean>`(occurred_at, message_uuid) < (${key.at}, ${uuid})`
      : sql<boolean>`(occurred_at, message_uuid) > (${key.at}, ${uuid})`,
  );
}

/** The empty text stands before every uuid. */
const uuidAt = (key: ConversationKey): string => (key.direction === 'inbound' ? key.tie : '');

/** Counts up to one more than a limit, newest first. */
export const sentCount = (
  { db }: Pick<Copy, 'db'>,
  { column, value }: AddressOwner<'recipient'>,
  countedMax: number,
) =>
  db
    .selectFrom(
      db
        .selectFrom('messages')
        .select('message_key')
        .where(column, '=', value)
        .where('facet_id', '<>', ADOPTED_FACET)
        .orderBy('message_key', 'desc')
        .limit(countedMax + 1)
        .as('newest'),
    )
    .select(({ fn }) => [fn.countAll<number | string>().as('messages')]);

/** Counts up to one more than a limit, newest first. */
export const receivedCount = (
  { db }: Pick<Copy, 'db'>,
  { column, value }: AddressOwner<'sender'>,
  countedMax: number,
) =>
  db
    .selectFrom(
      db
        .selectFrom('inbound')
        .select('message_uuid')
        .where(column, '=', value)
        .orderBy('occurred_at', 'desc')
        .limit(countedMax + 1)
        .as('newest'),
    )
    .select(({ fn }) => [fn.countAll<number | string>().as('messages')]);
