import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { CopyTables } from '../database-types.js';
import { ADOPTED_FACET } from '../message-cells.js';
import type { ReadModelDatabase } from '../read-model-database.js';
import { isOneOf, numberTable } from './value-lists.js';

type Kind = ReadModelDatabase['kind'];
type Db = Kysely<CopyTables>;

/** Keys of messages: at or above `from`, below `to`. */
export interface KeyRange {
  readonly from: number;
  readonly to: number;
}

/** Newest first, by the primary key. */
export const latest = (db: Db, { from, to }: KeyRange, rowsMax: number) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where('message_key', '<', to)
    .where('message_key', '>=', from)
    .where('facet_id', '<>', ADOPTED_FACET)
    .orderBy('message_key', 'desc')
    .limit(rowsMax);

/** Newest first of one recipient or reference, by its index. */
export function latestOf(
  db: Db,
  kind: Kind,
  column: 'recipient' | 'reference',
  value: string,
  facetIds: readonly number[] | undefined,
  { from, to }: KeyRange,
) {
  const query = db
    .selectFrom('messages')
    .selectAll()
    .where(column, '=', value)
    .where('message_key', '<', to)
    .where('message_key', '>=', from)
    .orderBy('message_key', 'desc');
  return facetIds === undefined
    ? query.where('facet_id', '<>', ADOPTED_FACET)
    : query.where(isOneOf(kind, 'facet_id', facetIds));
}

/** Looks at the newest messages, whatever they are, and keeps those of some facets. */
export const scan = (
  db: Db,
  kind: Kind,
  facetIds: readonly number[],
  { from, to }: KeyRange,
  looksMax: number,
) =>
  db
    .selectFrom(
      db
        .selectFrom('messages')
        .select(['message_key', 'facet_id'])
        .where('message_key', '<', to)
        .where('message_key', '>=', from)
        .orderBy('message_key', 'desc')
        .limit(looksMax)
        .as('newest'),
    )
    .select('message_key')
    .where(isOneOf(kind, 'facet_id', facetIds));

/** The last key among those that a scan looks at: where the next one begins. */
export const endOfScan = (db: Db, { from, to }: KeyRange, looksMax: number) =>
  db
    .selectFrom('messages')
    .select('message_key')
    .where('message_key', '<', to)
    .where('message_key', '>=', from)
    .orderBy('message_key', 'desc')
    .limit(1)
    .offset(looksMax - 1);

/** The newest message of each facet, one step down the index for each. */
export const heads = (
  kind: Kind,
  facetIds: readonly number[],
  { from, to }: KeyRange,
): RawBuilder<{ readonly facet_id: number; readonly head: number | null }> => sql`
  SELECT value AS facet_id, (
    SELECT message_key FROM messages
    WHERE facet_id = value AND message_key < ${to} AND message_key >= ${from}
    ORDER BY message_key DESC LIMIT 1
  ) AS head
  FROM ${numberTable(kind, facetIds)}`;

/** The newest messages of some facets: of each at most as many as may be needed. */
export function newestOfEach(facetIds: readonly number[], { from, to }: KeyRange, rowsMax: number) {
  const parts = facetIds.map(
    (facetId) => sql`SELECT message_key FROM (
      SELECT message_key FROM messages
      WHERE facet_id = ${facetId} AND message_key < ${to} AND message_key >= ${from}
      ORDER BY message_key DESC LIMIT ${rowsMax}) AS newest`,
  );
  return sql<{ readonly message_key: number }>`${sql.join(parts, sql` UNION ALL `)}`;
}
