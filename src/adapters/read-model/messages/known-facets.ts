import { isDeepStrictEqual } from 'node:util';
import type { MessageFilter } from '../../../application/ports/message-search.js';
import { facetOf, type Facet } from './message-cells.js';
import type { CopyTables } from '../tables.js';
import type { Copy } from '../copies/read-model-database.js';
import type { Remembered } from '../copies/per-copy.js';

/** Counts only decide how to search, so they may be this old. */
const COUNTS_FRESH_MS = 10_000;

type FacetCells = CopyTables['facets'];

interface CountedFacet {
  readonly facet: Facet;
  messages: number;
}

/** The facets that match a filter. */
export interface WantedFacets {
  readonly ids: readonly number[];
  /** Their approximate share of all messages. */
  readonly share: number;
}

/**
 * Caches all facets of a copy in memory: a few thousand. The next search sees new ones. The newest known facet is read again: a standby
 * that has taken the place of the server may lack it, and then numbers that are known are given anew.
 */
export class KnownFacets implements Remembered {
  private readonly facets = new Map<number, CountedFacet>();
  private newest = 0;
  private countedAt = -Infinity;

  async refresh(copy: Copy): Promise<void> {
    const isOld = performance.now() - this.countedAt > COUNTS_FRESH_MS;
    const { newest } = this;
    const known = this.facets.get(newest)?.facet;
    let rows = await facetsFrom(copy, isOld ? 0 : newest);
    const isKnown = (row: FacetCells): boolean =>
      row.facet_id === newest && isDeepStrictEqual(facetOf(row), known);
    if (known !== undefined && !rows.some(isKnown)) {
      if (!isOld) rows = await facetsFrom(copy, 0);
      this.facets.clear();
      this.newest = 0;
    }
    for (const row of rows) {
      this.facets.set(row.facet_id, { facet: facetOf(row), messages: row.messages });
      this.newest = Math.max(this.newest, row.facet_id);
    }
    if (isOld) this.countedAt = performance.now();
  }

  get(id: number): Facet | undefined {
    return this.facets.get(id)?.facet;
  }

  matching(filter: MessageFilter): WantedFacets {
    const ids: number[] = [];
    let matching = 0;
    let all = 0;
    for (const [id, { facet, messages }] of this.facets) {
      all += messages;
      if (!passes(filter, facet)) continue;
      ids.push(id);
      matching += messages;
    }
    return { ids, share: all === 0 ? 0 : matching / all };
  }
}

const facetsFrom = (copy: Copy, first: number): Promise<FacetCells[]> =>
  copy.db.selectFrom('facets').selectAll().where('facet_id', '>=', first).execute();

const passes = (filter: MessageFilter, facet: Facet): boolean =>
  (filter.statuses === undefined || filter.statuses.includes(facet.status)) &&
  (filter.from === undefined || filter.from === facet.from) &&
  (filter.fromEndsWith === undefined || isNumberEnding(facet.from, filter.fromEndsWith)) &&
  (filter.country === undefined || filter.country === facet.country) &&
  (filter.errorCode === undefined || filter.errorCode === facet.errorCode) &&
  (filter.channel === undefined || filter.channel === facet.channel) &&
  (filter.contradicted === undefined || filter.contradicted === facet.contradicted);

const isNumberEnding = (address: string, digits: string): boolean =>
  address.endsWith(digits) && /^[0-9]+$/.test(address);

export const filtersFacets = (filter: MessageFilter): boolean =>
  filter.statuses !== undefined ||
  filter.from !== undefined ||
  filter.fromEndsWith !== undefined ||
  filter.country !== undefined ||
  filter.errorCode !== undefined ||
  filter.channel !== undefined ||
  filter.contradicted !== undefined;
