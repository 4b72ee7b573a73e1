import type {
  MessageFilter,
  MessagePage,
  MessageSearch,
  PageKey,
} from '../../../application/ports/message-search.js';
import { ProjectorUnavailable } from '../../../application/errors.js';
import type { Catalog, CopyInUse } from '../copies/catalog.js';
import { type CopyTables, messagesTable } from '../tables.js';
import { ADOPTED_FACET, messageOf } from './message-cells.js';
import { keyAt } from './message-key.js';
import { filtersFacets, KnownFacets, type WantedFacets } from './known-facets.js';
import {
  endOfScan,
  latest,
  mergeFacets,
  scan,
  type KeyRange,
  type Owner,
} from './message-search-statements.js';
import { PerCopy } from '../copies/per-copy.js';
import { readProgress } from '../copies/progress.js';
import { addressesOf, ownerIn } from '../searched-addresses.js';

/** Limits of the rows that are read for one page. */
export interface LookLimits {
  /** Limit over all messages, in their order; beyond it, the newest of each facet are selected instead. */
  readonly ofAll: number;
  /** Limit for one recipient or reference; older messages are left to the next page. */
  readonly ofOwner: number;
}

/** All messages are scanned only where this many times the rows of a page are expected among them. */
const ENOUGH = 2;

const LOOK_LIMITS: LookLimits = { ofAll: 10_000, ofOwner: 1_000 };

/**
 * A page can take several queries, and a message whose status changes between two of them might be in neither result.
 * So a page is searched again when the copy has changed meanwhile, which seldom happens several times in a row.
 */
const ATTEMPTS_MAX = 4;

type Cells = CopyTables['messages'];

/** The inputs that all parts of a search share. */
interface Asked {
  readonly facetIds: readonly number[] | undefined;
  readonly range: KeyRange;
  readonly rowsMax: number;
}

interface Found {
  readonly cells: readonly Cells[];
  /** The key to continue at, when the search ended before the page was full or everything was read. */
  readonly goOn?: PageKey | undefined;
}

/**
 * The message list. Filters on country, sender, channel, status, error code and contradiction select facets, whose
 * newest messages are found by one of two statements: `scan` where most messages match, `mergeFacets`
 * elsewhere. For one recipient or reference a bounded number is read. So the work for a page is bounded for every
 * combination of filters.
 */
export class SqlMessageSearch implements MessageSearch {
  private readonly facets = new PerCopy(() => new KnownFacets());

  constructor(
    private readonly catalog: Catalog,
    private readonly looks: LookLimits = LOOK_LIMITS,
  ) {}

  async search(
    filter: MessageFilter,
    after: PageKey | undefined,
    rowsMax: number,
  ): Promise<MessagePage> {
    for (let attempt = 1; ; attempt++) {
      const inUse = await this.catalog.filledCopyOf('messages');
      // Progress is read before the rows, so the rows include at least that progress.
      const { progress, commits } = await readProgress(inUse.copy);
      const page = await this.searchOnce(inUse, filter, after, rowsMax);
      const isStill = (await readProgress(inUse.copy)).commits === commits;
      if (isStill || attempt === ATTEMPTS_MAX) return { ...page, progress };
    }
  }

  private async searchOnce(
    inUse: CopyInUse,
    filter: MessageFilter,
    after: PageKey | undefined,
    rowsMax: number,
  ): Promise<Omit<MessagePage, 'progress'>> {
    const facets = await this.facets.of(inUse.copy);
    const range: KeyRange = {
      from: filter.since === undefined ? Number.MIN_SAFE_INTEGER : keyAt(filter.since),
      to: Math.min(
        after ?? Number.MAX_SAFE_INTEGER,
        filter.until === undefined ? Number.MAX_SAFE_INTEGER : keyAt(filter.until),
      ),
    };
    // One row more than requested shows that there is a next page.
    const { cells, goOn } = await this.find(inUse, facets, filter, range, rowsMax + 1);
    const page = cells.slice(0, rowsMax);
    // Facets are read after the rows, so that no facet of the rows is unknown.
    await this.facets.of(inUse.copy);
    return {
      rows: page.map((row) => messageOf(row, (id) => facets.get(id))),
      next: cells.length > rowsMax ? page.at(-1)?.message_key : goOn,
    };
  }

  private async find(
    inUse: CopyInUse,
    known: KnownFacets,
    filter: MessageFilter,
    range: KeyRange,
    rowsMax: number,
  ): Promise<Found> {
    const { db } = inUse.copy;
    const facets = filtersFacets(filter) ? known.matching(filter) : undefined;
    if (facets?.ids.length === 0) return { cells: [] };
    const recipients = await addressesOf(inUse, recipientColumn, {
      parameter: 'to',
      is: filter.to,
      endsWith: filter.toEndsWith,
    });
    const asked: Asked = { facetIds: facets?.ids, range, rowsMax };
    const { messageId, reference, inReplyTo } = filter;
    if (inReplyTo !== undefined) {
      if (inUse.isOutdated) throw new ProjectorUnavailable(WITHOUT_REPLIES);
      return this.findOf(inUse, { column: 'in_reply_to', value: inReplyTo }, recipients, asked);
    }
    if (messageId !== undefined) {
      const cells = await cellsOf(inUse, messageId);
      return { cells: cells.filter((row) => isAskedFor(row, asked, recipients, reference)) };
    }
    if (reference !== undefined) {
      return this.findOf(inUse, { column: 'reference', value: reference }, recipients, asked);
    }
    if (recipients !== undefined) return this.findOfEach(inUse, recipients, asked);
    if (facets === undefined) return { cells: await latest(db, range, rowsMax).execute() };
    const keys = await this.keysOf(inUse, facets, range, rowsMax);
    return { cells: await rowsOf(inUse, keys), goOn: lastOfFullPage(keys, rowsMax) };
  }

  /** Newest first. */
  private async keysOf(
    { copy: { db } }: CopyInUse,
    { ids, share }: WantedFacets,
    range: KeyRange,
    rowsMax: number,
  ): Promise<readonly number[]> {
    const { kind } = this.catalog.database;
    const looksMax = this.looks.ofAll;
    if (ENOUGH * rowsMax <= share * looksMax) {
      const found = await scan(db, kind, { facetIds: ids }, range, { rowsMax, looksMax }).execute();
      // With fewer rows, matches are rarer here than on average, so the facets are merged.
      if (found.length === rowsMax) return found.map((row) => row.message_key);
    }
    const { rows } = await mergeFacets(kind, ids, range, rowsMax).execute(db);
    return rows.map((row) => row.message_key);
  }

  /** Finds the newest messages of several recipients together. */
  private async findOfEach(
    inUse: CopyInUse,
    recipients: readonly string[],
    asked: Asked,
  ): Promise<Found> {
    const found = await Promise.all(
      recipients.map((recipient) =>
        this.findOf(inUse, ownerIn(inUse, 'recipient', recipient), undefined, asked),
      ),
    );
    if (found.length === 1 && found[0] !== undefined) return found[0];
    const cells = found.flatMap((one) => one.cells).toSorted(newestFirst);
    // A recipient whose scan stopped may have more messages behind that place.
    const stops = found.flatMap(({ cells: { length }, goOn }) =>
      goOn === undefined || length === asked.rowsMax ? [] : [goOn],
    );
    const stop = stops.length === 0 ? undefined : Math.max(...stops);
    const seen = stop === undefined ? cells : cells.filter((row) => row.message_key >= stop);
    return { cells: seen.slice(0, asked.rowsMax), goOn: stop };
  }

  private async findOf(
    inUse: CopyInUse,
    owner: Owner,
    recipients: readonly string[] | undefined,
    { facetIds, range, rowsMax }: Asked,
  ): Promise<Found> {
    const { db } = inUse.copy;
    if (recipients?.length === 0) return { cells: [] };
    if (facetIds === undefined && recipients === undefined) {
      return { cells: await latest(db, range, rowsMax, owner).execute() };
    }
    const { kind } = this.catalog.database;
    const looksMax = this.looks.ofOwner;
    const limits = { rowsMax, looksMax };
    const wanted = { owner, facetIds, recipients };
    const found = await scan(db, kind, wanted, range, limits).execute();
    const keys = found.map((row) => row.message_key);
    const cells = await rowsOf(inUse, keys);
    if (keys.length === rowsMax) return { cells, goOn: lastOfFullPage(keys, rowsMax) };
    const end = await endOfScan(db, owner, range, looksMax).executeTakeFirst();
    return { cells, goOn: end && below(keys, end.message_key) };
  }
}

/**
 * Returns the start of the next page, when one row more was found than this page holds. The rows of the keys may be
 * fewer by now: a message that turned out to be older has another key.
 */
const lastOfFullPage = (found: readonly number[], rowsMax: number): number | undefined =>
  found.length === rowsMax ? found.at(-2) : undefined;

/**
 * Returns the key to continue at behind a scan that found these keys, newest first. Messages that came meanwhile move
 * its end up, and keys that it found already must not be found again.
 */
const below = (found: readonly number[], end: number): number => Math.min(end, found.at(-1) ?? end);

const newestFirst = (left: Cells, right: Cells): number => right.message_key - left.message_key;

const WITHOUT_REPLIES = 'the list is being rebuilt, and until then does not know what answers what';

const recipientColumn = { table: 'messages', column: 'recipient_reversed' } as const;

async function cellsOf({ copy }: CopyInUse, messageId: string): Promise<readonly Cells[]> {
  return (await copy.find(messagesTable, 'message_id', [messageId])) as unknown as Cells[];
}

/** True when one message matches all other filters. */
const isAskedFor = (
  row: Cells,
  { facetIds, range }: Asked,
  recipients: readonly string[] | undefined,
  reference: string | undefined,
): boolean =>
  row.facet_id !== ADOPTED_FACET &&
  (facetIds?.includes(row.facet_id) ?? true) &&
  (recipients?.includes(row.recipient) ?? true) &&
  (reference === undefined || row.reference === reference) &&
  row.message_key >= range.from &&
  row.message_key < range.to;

async function rowsOf({ copy }: CopyInUse, keys: readonly number[]): Promise<readonly Cells[]> {
  const rows = await copy.find(messagesTable, 'message_key', keys);
  return (rows as unknown as readonly Cells[]).toSorted(newestFirst);
}
