import type { FacetEdge } from './message-search-statements.js';

/** Asks each facet for its newest messages below an edge, at most so many, none below `from`. */
export type AskFacets = (
  edges: readonly FacetEdge[],
  from: number,
  rowsMax: number,
) => Promise<ReadonlyMap<number, readonly number[]>>;

/**
 * The newest messages of many facets together, newest first. Facets are asked in rounds: only those that may still
 * have something newer than the page's last are asked again, for twice as many. So a page costs a few times its own
 * rows, instead of a page of every facet.
 * @param newest the newest message of each facet that has any
 * @param from nothing below it is wanted
 */
export async function mergeFacets(
  newest: ReadonlyMap<number, number>,
  ask: AskFacets,
  from: number,
  rowsMax: number,
): Promise<readonly number[]> {
  const page = new Page(from, rowsMax);
  page.add([...newest.values()]);
  const mayHaveNewer = (edge: FacetEdge): boolean => edge.to > page.from;
  let edges = [...newest].map(([id, to]) => ({ id, to })).filter(mayHaveNewer);
  let each = 1;
  while (edges.length > 0) {
    each = Math.max(2 * each, share(rowsMax, edges.length));
    const found = await ask(edges, page.from, each);
    page.add([...found.values()].flat());
    // Who gave fewer than asked for has no more.
    const open = [...found].filter(([, keys]) => keys.length === each);
    edges = open.map(([id, keys]) => ({ id, to: keys.at(-1) ?? page.from })).filter(mayHaveNewer);
  }
  return page.keys;
}

/** The newest of all keys that were found. */
class Page {
  keys: readonly number[] = [];

  constructor(
    /** Nothing older can be on the page. */
    public from: number,
    private readonly rowsMax: number,
  ) {}

  /** A message that has changed its facet since the last round is found twice. */
  add(found: readonly number[]): void {
    const distinct = new Set([...this.keys, ...found]);
    const newestFirst = [...distinct].toSorted((left, right) => right - left);
    this.keys = newestFirst.slice(0, this.rowsMax);
    if (this.keys.length === this.rowsMax) this.from = this.keys.at(-1) ?? this.from;
  }
}

const share = (rows: number, facets: number): number => Math.ceil(rows / facets);
