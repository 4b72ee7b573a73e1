import type {
  MessageFilter,
  MessagePage,
  MessageSearch,
  PageKey,
} from '../../../application/ports/message-search.js';
import type { Catalog, CopyInUse } from '../catalog.js';
import type { CopyTables } from '../database-types.js';
import { messageOf } from '../message-cells.js';
import { keyAt } from '../message-key.js';
import { messagesTable } from '../tables.js';
import { FacetList, filtersFacets } from './facet-list.js';
import {
  endOfScan,
  heads,
  latest,
  latestOf,
  newestOfEach,
  scan,
  type KeyRange,
} from './message-search-statements.js';
import { progressOf } from './progress-of.js';

/** A scan that would have to look at more than this is not begun, or is given up. */
const LOOKS_MAX = 10_000;
/** A statement with more parts than this takes longer to prepare than to run. */
const FACETS_PER_STATEMENT_MAX = 100;

type Cells = CopyTables['messages'];

/**
 * The message list. Filters on country, sender, channel, status, error code and contradiction select
 * facets; then either the newest messages are looked at in turn, when matches are frequent, or each facet
 * is asked for its newest through the index, when they are rare. The work of either is bounded.
 */
export class MessageSearchTables implements MessageSearch {
  private readonly facets = new FacetList();

  constructor(private readonly catalog: Catalog) {}

  async search(
    filter: MessageFilter,
    after: PageKey | undefined,
    rowsMax: number,
  ): Promise<MessagePage> {
    const inUse = await this.catalog.copyOf('messages');
    // Before the rows: then they include at least what the progress says.
    const progress = await progressOf(inUse.copy);
    await this.facets.refresh(inUse);
    const range: KeyRange = {
      from: filter.since === undefined ? Number.MIN_SAFE_INTEGER : keyAt(filter.since),
      to: Math.min(
        after ?? Number.MAX_SAFE_INTEGER,
        filter.until === undefined ? Number.MAX_SAFE_INTEGER : keyAt(filter.until),
      ),
    };
    // One more than asked for tells whether there is a next page.
    const cells = await this.find(inUse, filter, range, rowsMax + 1);
    const page = cells.slice(0, rowsMax);
    return {
      rows: page.map((row) => messageOf(row, (id) => this.facets.get(id))),
      next: cells.length > rowsMax ? page.at(-1)?.message_key : undefined,
      progress,
    };
  }

  private async find(
    inUse: CopyInUse,
    filter: MessageFilter,
    range: KeyRange,
    rowsMax: number,
  ): Promise<readonly Cells[]> {
    const { db } = inUse.copy;
    const { kind } = this.catalog.database;
    const facets = filtersFacets(filter) ? this.facets.matching(filter) : undefined;
    if (facets?.ids.length === 0) return [];
    if (filter.reference !== undefined) {
      const query = latestOf(db, kind, 'reference', filter.reference, facets?.ids, range);
      const narrowed = filter.to === undefined ? query : query.where('recipient', '=', filter.to);
      return narrowed.limit(rowsMax).execute();
    }
    if (filter.to !== undefined) {
      const query = latestOf(db, kind, 'recipient', filter.to, facets?.ids, range);
      return query.limit(rowsMax).execute();
    }
    if (facets === undefined) return latest(db, range, rowsMax).execute();
    const keys = await this.keysOfFacets(inUse, facets, range, rowsMax);
    const rows = await inUse.copy.find(messagesTable, 'message_key', keys);
    return (rows as unknown as readonly Cells[]).toSorted(newestFirst);
  }

  private async keysOfFacets(
    inUse: CopyInUse,
    { ids, share }: { readonly ids: readonly number[]; readonly share: number },
    range: KeyRange,
    rowsMax: number,
  ): Promise<readonly number[]> {
    const expectedLooks = share === 0 ? Number.POSITIVE_INFINITY : rowsMax / share;
    if (expectedLooks > LOOKS_MAX) return this.newestByFacet(inUse, ids, range, rowsMax);

    const { db } = inUse.copy;
    const looksMax = Math.min(LOOKS_MAX, Math.ceil(2 * expectedLooks));
    const found = await scan(db, this.catalog.database.kind, ids, range, looksMax).execute();
    const keys = found.map((row) => row.message_key).toSorted((left, right) => right - left);
    if (keys.length >= rowsMax) return keys.slice(0, rowsMax);
    // Matches are rarer here than on the whole: ask the facets for what is older.
    const end = await endOfScan(db, range, looksMax).executeTakeFirst();
    if (end === undefined) return keys;
    const older = { from: range.from, to: end.message_key };
    return [...keys, ...(await this.newestByFacet(inUse, ids, older, rowsMax - keys.length))];
  }

  private async newestByFacet(
    { copy: { db } }: CopyInUse,
    ids: readonly number[],
    range: KeyRange,
    rowsMax: number,
  ): Promise<readonly number[]> {
    const { rows } = await heads(this.catalog.database.kind, ids, range).execute(db);
    const candidates = rows
      .flatMap(({ facet_id: id, head }) => (head === null ? [] : [{ id, head }]))
      .toSorted((left, right) => right.head - left.head)
      .slice(0, rowsMax);
    // So many messages are at least as new as the last of these heads, so nothing older is needed.
    const last = candidates.length === rowsMax ? candidates.at(-1)?.head : undefined;
    const needed = { from: last ?? range.from, to: range.to };
    const keys: number[] = [];
    for (let index = 0; index < candidates.length; index += FACETS_PER_STATEMENT_MAX) {
      const some = candidates.slice(index, index + FACETS_PER_STATEMENT_MAX).map(({ id }) => id);
      const found = await newestOfEach(some, needed, rowsMax).execute(db);
      for (const { message_key: key } of found.rows) keys.push(key);
    }
    return keys.toSorted((left, right) => right - left).slice(0, rowsMax);
  }
}

const newestFirst = (left: Cells, right: Cells): number => right.message_key - left.message_key;
