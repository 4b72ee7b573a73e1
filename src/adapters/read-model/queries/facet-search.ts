import type { CopyInUse } from '../catalog.js';
import type { ReadModelDatabase } from '../read-model-database.js';
import { scanFacets } from './facet-scan.js';
import type { WantedFacets } from './known-facets.js';
import { mergeFacets, type AskFacets, type AskNewest } from './merge-facets.js';
import { newestOfEach, newestOne, type KeyRange } from './message-search-statements.js';

type Kind = ReadModelDatabase['kind'];

/**
 * About so many looks take as long as a facet takes when it is asked, and as each row found in that way. PostgreSQL
 * sends segments as text, from another process.
 */
const looksWorth: Readonly<Record<Kind, { readonly facet: number; readonly row: number }>> = {
  sqlite: { facet: 350, row: 250 },
  postgres: { facet: 60, row: 40 },
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
    private readonly looksMax: number,
  ) {}

  /** The keys, newest first. */
  async keys(
    inUse: CopyInUse,
    wanted: WantedFacets,
    range: KeyRange,
    rowsMax: number,
  ): Promise<readonly number[]> {
    const { ids, share } = wanted;
    const { facet, row } = looksWorth[this.kind];
    const asking = facet * ids.length + row * rowsMax;
    const isRare = rowsMax > share * Math.min(this.looksMax, asking);
    // A copy of another version may have no segments.
    if (isRare || inUse.isOutdated) return this.askFacets(inUse, ids, range, rowsMax);
    const keys: number[] = [];
    let { to } = range;
    let looksLeft = this.looksMax;
    for (let scans = 0; scans < SCANS_MAX && looksLeft > 0; scans++) {
      const within = { from: range.from, to };
      const limits = { rowsMax: rowsMax - keys.length, looksMax: looksLeft };
      const { keys: found, stopped } = await scanFacets(inUse.copy, wanted, within, limits);
      keys.push(...found);
      if (stopped === undefined) return keys;
      // Matches are rarer here than on the whole: look on at the next one.
      const newest = await this.newestIn(inUse, ids, { from: range.from, to: stopped.below });
      if (newest.size === 0) return keys;
      to = [...newest.values()].reduce((one, other) => Math.max(one, other)) + 1;
      ({ looksLeft } = stopped);
    }
    const older = { from: range.from, to };
    return [...keys, ...(await this.askFacets(inUse, ids, older, rowsMax - keys.length))];
  }

  private async askFacets(
    inUse: CopyInUse,
    ids: readonly number[],
    range: KeyRange,
    rowsMax: number,
  ): Promise<readonly number[]> {
    const askNewest: AskNewest = (some, within) => this.newestIn(inUse, some, within);
    const ask: AskFacets = async (edges, from, each) => {
      const { rows } = await newestOfEach(this.kind, edges, from, each).execute(inUse.copy.db);
      return new Map(rows.map(({ facet_id: id, keys }) => [id, keysOf(keys)]));
    };
    return mergeFacets(askNewest, ask, ids, range, rowsMax);
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
