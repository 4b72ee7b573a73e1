import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { CopyTables } from '../tables.js';
import { ADOPTED_FACET } from './message-cells.js';
import type { ReadModelDatabase } from '../copies/read-model-database.js';
import { isOneOf } from '../copies/value-lists.js';

type Kind = ReadModelDatabase['kind'];
type Db = Kysely<CopyTables>;

/** A range of message keys: at or above `from`, below `to`. */
export interface KeyRange {
  readonly from: number;
  readonly to: number;
}

/** A column with an index of its own, and the searched value. */
export interface Owner {
  readonly column: 'recipient' | 'recipient_reversed' | 'reference' | 'in_reply_to';
  readonly value: string;
}

/** The newest first: of one recipient or reference by its index, of all by the primary key. */
function newestIn(db: Db, { from, to }: KeyRange, owner: Owner | undefined) {
  const messages = db.selectFrom('messages');
  const wanted = owner === undefined ? messages : messages.where(owner.column, '=', owner.value);
  return wanted
    .where('message_key', '<', to)
    .where('message_key', '>=', from)
    .orderBy('message_key', 'desc');
}

/** Selects the newest first, of all or of one recipient or reference. */
export const latest = (db: Db, range: KeyRange, rowsMax: number, owner?: Owner) =>
  newestIn(db, range, owner).selectAll().where('facet_id', '<>', ADOPTED_FACET).limit(rowsMax);

/** The filters of a scan. */
export interface Scanned {
  readonly owner?: Owner;
  readonly facetIds: readonly number[] | undefined;
  readonly recipients?: readonly string[] | undefined;
}

/** The limits of a scan, newest first: the number of matches and the number of rows read. */
export interface ScanLimits {
  readonly rowsMax: number;
  readonly looksMax: number;
}

/**
 * Reads the newest `looksMax` messages of one recipient or reference, or of all, and keeps those that match the other
 * filters too. Facets of all are found quickly where most messages match, because it reads the table in its own order.
 */
export function scan(
  db: Db,
  kind: Kind,
  { owner, facetIds, recipients }: Scanned,
  range: KeyRange,
  { rowsMax, looksMax }: ScanLimits,
) {
  const newest = newestIn(db, range, owner)
    .select(['message_key', 'facet_id', 'recipient'])
    .limit(looksMax);
  const query = db
    .selectFrom(newest.as('newest'))
    .select('message_key')
    .orderBy('message_key', 'desc')
    .limit(rowsMax);
  const narrowed = recipients === undefined ? query : query.where('recipient', 'in', recipients);
  return facetIds === undefined
    ? narrowed.where('facet_id', '<>', ADOPTED_FACET)
    : narrowed.where(isOneOf(kind, 'facet_id', facetIds));
}

/** Returns the last key that such a scan reads: the next scan begins there. */
export const endOfScan = (db: Db, owner: Owner, range: KeyRange, looksMax: number) =>
  newestIn(db, range, owner)
    .select('message_key')
    .limit(1)
    .offset(looksMax - 1);

/**
 * Selects the newest messages of some facets together, through the index by facet and time: quick where few messages
 * match. It costs one step down the index for each facet, and one for each row.
 */
export const mergeFacets = (
  kind: Kind,
  facetIds: readonly number[],
  range: KeyRange,
  rowsMax: number,
): RawBuilder<{ readonly message_key: number }> =>
  kind === 'sqlite'
    ? mergeByQueue(facetIds, range, rowsMax)
    : mergeAboveEdge(facetIds, range, rowsMax);

/**
 * SQLite takes the rows of a recursive query from a queue in the order of its `ORDER BY`. So each row that is taken
 * is the newest of all facets, and the next row of its own facet then enters the queue. Source:
 * https://sqlite.org/lang_with.html, "recursive query with ORDER BY".
 */
function mergeByQueue(
  facetIds: readonly number[],
  { from, to }: KeyRange,
  rowsMax: number,
): RawBuilder<{ readonly message_key: number }> {
  const newestBelow = (facetId: RawBuilder<unknown>, below: RawBuilder<unknown>) => sql`
    (SELECT max(message_key) FROM messages
     WHERE facet_id = ${facetId} AND message_key < ${below} AND message_key >= ${from})`;
  return sql`
    WITH RECURSIVE newest (facet_id, message_key) AS (
      SELECT value, ${newestBelow(sql`value`, sql`${to}`)} FROM json_each(${JSON.stringify(facetIds)})
      UNION ALL
      SELECT facet_id, ${newestBelow(sql`newest.facet_id`, sql`newest.message_key`)}
      FROM newest WHERE message_key IS NOT NULL
      ORDER BY 2 DESC
      LIMIT ${rowsMax}
    )
    SELECT message_key FROM newest WHERE message_key IS NOT NULL`;
}

/**
 * PostgreSQL has no such queue. The newest few rows of each facet give an edge with enough messages above it, and
 * then each facet is queried only above the edge. Rows are compared as a whole and sorted by the facet too, because
 * no other index can serve that: the planner might otherwise read the primary key and skip other facets.
 */
function mergeAboveEdge(
  facetIds: readonly number[],
  { from, to }: KeyRange,
  rowsMax: number,
): RawBuilder<{ readonly message_key: number }> {
  const few = Math.ceil(rowsMax / Math.max(1, facetIds.length));
  const newest = (oldest: RawBuilder<unknown>, limit: number) => sql`
    (SELECT message_key FROM messages
     WHERE (facet_id, message_key) < (ids.id, ${to}) AND (facet_id, message_key) >= (ids.id, ${oldest})
     ORDER BY facet_id DESC, message_key DESC LIMIT ${limit})`;
  return sql`
    WITH ids AS (SELECT unnest(${facetIds}::bigint[]) AS id),
    edge AS (
      SELECT coalesce(
        (SELECT message_key FROM ids CROSS JOIN LATERAL ${newest(sql`${from}`, few)} AS few
         ORDER BY message_key DESC LIMIT 1 OFFSET ${rowsMax - 1}),
        ${from}) AS oldest
    )
    SELECT message_key FROM ids CROSS JOIN LATERAL
      ${newest(sql`(SELECT oldest FROM edge)`, rowsMax)} AS newest
    ORDER BY message_key DESC LIMIT ${rowsMax}`;
}
