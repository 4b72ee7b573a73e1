import { sql } from 'kysely';
import type {
  InboundFilter,
  InboundKey,
  InboundMessages,
  InboundPage,
} from '../../../application/ports/inbound-messages.js';
import type { InboundRow } from '../../../application/ports/projection-store.js';
import type { Catalog, CopyInUse } from '../copies/catalog.js';
import type { Copy } from '../copies/read-model-database.js';
import { inboundTable } from '../tables.js';
import { progressOf } from '../copies/progress.js';
import { reversed } from '../reversed.js';
import { addressesOf, ownerIn, type AddressOwner } from '../searched-addresses.js';
import { tableWriter } from '../copies/copy-store.js';

export class InboundTables implements InboundMessages {
  constructor(private readonly catalog: Catalog) {}

  async list(
    filter: InboundFilter,
    after: InboundKey | undefined,
    rowsMax: number,
  ): Promise<InboundPage> {
    const inUse = await this.catalog.filledCopyOf('inbound');
    const { copy } = inUse;
    const progress = await progressOf(copy);
    const statements = await inboundStatements(inUse, filter, after, rowsMax + 1);
    const found = await Promise.all(statements.map((statement) => statement.execute()));
    const rows = found.length === 1 ? (found[0] ?? []) : found.flat().toSorted(newestFirst);
    const page = rows.slice(0, rowsMax);
    const last = rows.length > rowsMax ? page.at(-1) : undefined;
    return {
      rows: page.map(({ content }) => JSON.parse(content) as InboundRow),
      next: last && { occurredAt: last.occurred_at, messageUuid: last.message_uuid },
      progress,
    };
  }

  async find(messageUuid: string): ReturnType<InboundMessages['find']> {
    const { copy } = await this.catalog.filledCopyOf('inbound');
    const progress = await progressOf(copy);
    const [row] = await copy.find(inboundTable, 'message_uuid', [messageUuid]);
    return { row: row && (JSON.parse(String(row['content'])) as InboundRow), progress };
  }
}

interface Listed {
  readonly occurred_at: number;
  readonly message_uuid: string;
}

const newestFirst = (left: Listed, right: Listed): number =>
  right.occurred_at - left.occurred_at || (right.message_uuid < left.message_uuid ? -1 : 1);

const senderColumn = { table: 'inbound', column: 'sender_reversed' } as const;
const recipientColumn = { table: 'inbound', column: 'recipient_reversed' } as const;

/** Builds one indexed statement for each number that matches the last digits. */
async function inboundStatements(
  inUse: CopyInUse,
  filter: InboundFilter,
  after: InboundKey | undefined,
  rowsMax: number,
) {
  const { from, fromEndsWith, to, toEndsWith } = filter;
  const senders = await addressesOf(inUse, senderColumn, {
    parameter: 'from',
    is: from,
    endsWith: fromEndsWith,
  });
  const recipients = await addressesOf(inUse, recipientColumn, {
    parameter: 'to',
    is: to,
    endsWith: toEndsWith,
  });
  if (senders === undefined && recipients === undefined) {
    return [inboundStatement(inUse.copy, filter, after, rowsMax)];
  }
  if (senders?.length === 0 || recipients?.length === 0) return [];
  return (senders ?? recipients ?? []).map((address) => {
    const owner = ownerIn(inUse, senders === undefined ? 'recipient' : 'sender', address);
    const ofOne = inboundStatement(inUse.copy, filter, after, rowsMax, owner);
    return senders !== undefined && recipients !== undefined
      ? ofOne.where('recipient', 'in', recipients)
      : ofOne;
  });
}

export function inboundStatement(
  { db }: Pick<Copy, 'db'>,
  filter: InboundFilter,
  after: InboundKey | undefined,
  rowsMax: number,
  owner?: AddressOwner<'sender' | 'recipient'>,
) {
  let query = db
    .selectFrom('inbound')
    .select(['message_uuid', 'occurred_at', 'content'])
    .orderBy('occurred_at', 'desc')
    .orderBy('message_uuid', 'desc')
    .limit(rowsMax);
  if (owner !== undefined) query = query.where(owner.column, '=', owner.value);
  if (filter.keyword !== undefined) query = query.where('keyword', '=', filter.keyword);
  if (filter.since !== undefined) query = query.where('occurred_at', '>=', filter.since);
  if (filter.until !== undefined) query = query.where('occurred_at', '<', filter.until);
  if (after === undefined) return query;
  return query.where(
    sql<boolean>`(occurred_at, message_uuid) < (${after.occurredAt}, ${after.messageUuid})`,
  );
}

export const inboundWriter = tableWriter<readonly InboundRow[]>(inboundTable, (rows) => ({
  put: rows.map((row) => [
    row.messageUuid,
    Date.parse(row.occurredAt),
    row.from,
    row.to,
    reversed(row.from),
    reversed(row.to),
    row.channel,
    row.keyword,
    JSON.stringify(row),
  ]),
}));
