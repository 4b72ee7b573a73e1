import type { CopyInUse } from '../catalog.js';
import type { ReadModelDatabase } from '../read-model-database.js';
import { scanFacets } from './facet-scan.js';
import type { WantedFacets } from './known-facets.js';
import { mergeFacets, type AskFacets } from './merge-facets.js';
import { newestOfEach, newestOne, type KeyRange } from './message-search-statements.js';

type Kind = ReadModelDatabase['kind'];

interface LooksWorth {
  /** About so many looks take as long as asking a facet. */
  readonly facet: number;
  /** And so many as each row that is found by asking. */
  readonly row: number;
  /** So many are made for one page at most. */
  readonly page: number;
}

/** PostgreSQL sends segments as text, from another process. */
const looksWorth: Readonly<Record<Kind, LooksWorth>> = {
  sqlite: { facet: 350, row: 250, page: 400_000 },
  postgres: { facet: 60, row: 40, page: 60_000 },
};

/** One more, because matches may begin again behind a gap as frequent as on the whole. */
const SCANS_MAX = 2;

/**
 * Finds the newest messages of some facets. Either the facets of all messages are looked at in turn, when matches
 * are frequent, or each facet is asked for its newest through the index, when they are rare.
 */
export class FacetSearch {
  /** @param looksMax for a page; where more would be needed, no scan is begun, or it is given up */
  constructor(
    private readonly kind: Kind,
    private readonly looksMax: number = looksWorth[kind].page,
  ) {}

  /** The keys, newest first. */
  async keys(
    inUse: CopyInUse,
    wanted: WantedFacets,
    range: KeyRange,
    rowsMax: number,
  ): Promise<readonly number[]> {
    const { ids } = wanted;
    // A copy of another version may have no segments.
    if (inUse.isOutdated || this.isRare(wanted, rowsMax)) {
      const newest = await this.newestIn(inUse, ids, range);
      return this.merged(inUse, newest, range.from, rowsMax);
    }
    const keys: number[] = [];
    let { to } = range;
    let looksMax = this.looksMax;
    for (let scans = 1; ; scans++) {
      const within = { from: range.from, to };
      const limits = { rowsMax: rowsMax - keys.length, looksMax };
      const { keys: found, stopped } = await scanFacets(inUse.copy, wanted, within, limits);
      keys.push(...found);
      if (stopped === undefined) return keys;
      // Matches are rarer here than on the whole: look on at the next one.
      const newest = await this.newestIn(inUse, ids, { from: range.from, to: stopped.below });
      if (newest.size === 0) return keys;
      if (scans === SCANS_MAX || stopped.looksLeft === 0) {
        const older = await this.merged(inUse, newest, range.from, rowsMax - keys.length);
        return [...keys, ...older];
      }
      to = [...newest.values()].reduce((one, other) => Math.max(one, other)) + 1;
      looksMax = stopped.looksLeft;
    }
  }

  private isRare({ ids, share }: WantedFacets, rowsMax: number): boolean {
    const { facet, row } = looksWorth[this.kind];
    const asking = facet * ids.length + row * rowsMax;
    return rowsMax > share * Math.min(this.looksMax, asking);
  }

  private merged(
    { copy }: CopyInUse,
    newest: ReadonlyMap<number, number>,
    from: number,
    rowsMax: number,
  ): Promise<readonly number[]> {
    const ask: AskFacets = async (edges, oldest, each) => {
      const { rows } = await newestOfEach(this.kind, edges, oldest, each).execute(copy.db);
      return new Map(rows.map(({ facet_id: id, keys }) => [id, keysOf(keys)]));
    };
    return mergeFacets(newest, ask, from, rowsMax);
  }

  /** By facet; those that have none in the range are left out. */
  private async newestIn(
    { copy }: CopyInUse,
    ids: readonly number[],
    range: KeyRange,
  ): Promise<ReadonlyMap<number, number>> {
    const { rows } = await newestOne(this.kind, ids, range).execute(copy.db);
    return new Map(
      rows.flatMap(({ facet_id: id, newest }) => (newest === null ? [] : [[id, newest]])),
    );
  }
}

/** SQLite gives lists as JSON, PostgreSQL as arrays of what may not fit into a number. */
const keysOf = (keys: string | readonly (number | string)[]): readonly number[] =>
  (typeof keys === 'string' ? (JSON.parse(keys) as readonly number[]) : keys).map(Number);
