import { sql } from 'kysely';
import type {
  InboundFilter,
  InboundKey,
  InboundMessages,
  InboundPage,
} from '../../../application/ports/inbound-messages.js';
import type { InboundRow } from '../../../application/projections/inbound-row.js';
import type { Catalog } from '../catalog.js';
import type { Copy } from '../read-model-database.js';
import { inboundTable } from '../tables.js';
import { progressOf } from '../progress-of.js';

export class InboundTables implements InboundMessages {
  constructor(private readonly catalog: Catalog) {}

  async list(
    filter: InboundFilter,
    after: InboundKey | undefined,
    rowsMax: number,
  ): Promise<InboundPage> {
    const { copy } = await this.catalog.copyOf('inbound');
    const progress = await progressOf(copy);
    const rows = await inboundStatement(copy, filter, after, rowsMax + 1).execute();
    const page = rows.slice(0, rowsMax);
    const last = rows.length > rowsMax ? page.at(-1) : undefined;
    return {
      rows: page.map(({ content }) => JSON.parse(content) as InboundRow),
      next: last && { occurredAt: last.occurred_at, messageUuid: last.message_uuid },
      progress,
    };
  }

  async find(messageUuid: string): ReturnType<InboundMessages['find']> {
    const { copy } = await this.catalog.copyOf('inbound');
    const progress = await progressOf(copy);
    const [row] = await copy.find(inboundTable, 'message_uuid', [messageUuid]);
    return { row: row && (JSON.parse(String(row['content'])) as InboundRow), progress };
  }
}

export function inboundStatement(
  { db }: Pick<Copy, 'db'>,
  filter: InboundFilter,
  after: InboundKey | undefined,
  rowsMax: number,
) {
  let query = db
    .selectFrom('inbound')
    .select(['message_uuid', 'occurred_at', 'content'])
    .orderBy('occurred_at', 'desc')
    .orderBy('message_uuid', 'desc')
    .limit(rowsMax);
  if (filter.from !== undefined) query = query.where('sender', '=', filter.from);
  if (filter.to !== undefined) query = query.where('recipient', '=', filter.to);
  if (filter.keyword !== undefined) query = query.where('keyword', '=', filter.keyword);
  if (filter.since !== undefined) query = query.where('occurred_at', '>=', filter.since);
  if (filter.until !== undefined) query = query.where('occurred_at', '<', filter.until);
  if (after === undefined) return query;
  return query.where(
    sql<boolean>`(occurred_at, message_uuid) < (${after.occurredAt}, ${after.messageUuid})`,
  );
}
