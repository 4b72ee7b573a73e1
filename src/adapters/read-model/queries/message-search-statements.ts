import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { CopyTables } from '../database-types.js';
import { ADOPTED_FACET } from '../message-cells.js';
import type { ReadModelDatabase } from '../read-model-database.js';
import { isOneOf } from './value-lists.js';

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

/** What has an index of its own. */
export interface Owner {
  readonly column: 'recipient' | 'recipient_reversed' | 'reference';
  readonly value: string;
}

/** Newest first of one recipient or reference, by its index. */
export const latestOf = (
  db: Db,
  { column, value }: Owner,
  { from, to }: KeyRange,
  rowsMax: number,
) =>
  db
    .selectFrom('messages')
    .selectAll()
    .where(column, '=', value)
    .where('message_key', '<', to)
    .where('message_key', '>=', from)
    .where('facet_id', '<>', ADOPTED_FACET)
    .orderBy('message_key', 'desc')
    .limit(rowsMax);

/** How far a scan goes, newest first: until it has found so many, or has looked at so many. */
export interface ScanLimits {
  readonly rowsMax: number;
  readonly looksMax: number;
}

/** Looks at the newest messages of one recipient or reference, and keeps those that match otherwise too. */
export function scanOf(
  db: Db,
  kind: Kind,
  { column, value }: Owner,
  others: {
    readonly facetIds: readonly number[] | undefined;
    readonly recipients?: readonly string[] | undefined;
  },
  { from, to }: KeyRange,
  { rowsMax, looksMax }: ScanLimits,
) {
  const newest = db
    .selectFrom('messages')
    .select(['message_key', 'facet_id', 'recipient'])
    .where(column, '=', value)
    .where('message_key', '<', to)
    .where('message_key', '>=', from)
    .orderBy('message_key', 'desc')
    .limit(looksMax);
  const query = db
    .selectFrom(newest.as('newest'))
    .select('message_key')
    .orderBy('message_key', 'desc')
    .limit(rowsMax);
  const narrowed =
    others.recipients === undefined ? query : query.where('recipient', 'in', others.recipients);
  return others.facetIds === undefined
    ? narrowed.where('facet_id', '<>', ADOPTED_FACET)
    : narrowed.where(isOneOf(kind, 'facet_id', others.facetIds));
}

/** The last key among those that such a scan looks at: where the next one begins. */
export const endOfScan = (
  db: Db,
  { column, value }: Owner,
  { from, to }: KeyRange,
  looksMax: number,
) =>
  db
    .selectFrom('messages')
    .select('message_key')
    .where(column, '=', value)
    .where('message_key', '<', to)
    .where('message_key', '>=', from)
    .orderBy('message_key', 'desc')
    .limit(1)
    .offset(looksMax - 1);

/** The segments of facets in which keys below this one are, newest first. */
export const segmentsBelow = (db: Db, to: number, count: number) =>
  db
    .selectFrom('facet_segments')
    .selectAll()
    .where('from_key', '<', to)
    .orderBy('from_key', 'desc')
    .limit(count);

/**
 * The newest message of each of some facets, in one step down the index. One statement, however many facets there
 * are, because preparing one with many parts takes longer than running it.
 */
export const newestOne = (
  kind: Kind,
  facetIds: readonly number[],
  { from, to }: KeyRange,
): RawBuilder<{ readonly facet_id: number; readonly newest: number | null }> => {
  const ids =
    kind === 'sqlite'
      ? sql`SELECT value AS id FROM json_each(${JSON.stringify(facetIds)})`
      : sql`SELECT unnest(${facetIds}::bigint[]) AS id`;
  return sql`
    SELECT id AS facet_id, (
      SELECT max(message_key) FROM messages
      WHERE facet_id = id AND message_key < ${to} AND message_key >= ${from}
    ) AS newest
    FROM (${ids}) AS ids`;
};

/** Where to look for messages of one facet: below `to`. */
export interface FacetEdge {
  readonly id: number;
  readonly to: number;
}

/** The same of more than one message of each, each below an edge of its own. */
export const newestOfEach = (
  kind: Kind,
  edges: readonly FacetEdge[],
  from: number,
  rowsMax: number,
): RawBuilder<{
  readonly facet_id: number;
  readonly keys: string | readonly (number | string)[];
}> => {
  const newest = (facetId: RawBuilder<unknown>, to: RawBuilder<unknown>) => sql`
    SELECT message_key FROM messages
    WHERE facet_id = ${facetId} AND message_key < ${to} AND message_key >= ${from}
    ORDER BY message_key DESC LIMIT ${rowsMax}`;
  if (kind === 'sqlite') {
    const [facetId, to] = [sql`value ->> 0`, sql`value ->> 1`];
    return sql`
      SELECT ${facetId} AS facet_id,
        (SELECT json_group_array(message_key) FROM (${newest(facetId, to)})) AS keys
      FROM json_each(${JSON.stringify(edges.map(({ id, to: below }) => [id, below]))})`;
  }
  const [ids, tos] = [edges.map(({ id }) => id), edges.map(({ to }) => to)];
  return sql`
    SELECT edges.id AS facet_id, ARRAY(${newest(sql`edges.id`, sql`edges.below`)}) AS keys
    FROM (SELECT unnest(${ids}::bigint[]) AS id, unnest(${tos}::bigint[]) AS below) AS edges`;
};
