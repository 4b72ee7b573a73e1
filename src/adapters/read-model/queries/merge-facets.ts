import type { FacetEdge } from './message-search-statements.js';

/** Asks each facet for its newest messages below an edge, at most so many, none below `from`. */
export type AskFacets = (
  edges: readonly FacetEdge[],
  from: number,
  rowsMax: number,
) => Promise<ReadonlyMap<number, readonly number[]>>;

/**
 * The newest messages of many facets together, newest first. Facets are asked in rounds: first each for its
 * newest one, then only those that may still have something newer than the page's last, for twice as many.
 * So a page costs a few times its own rows, instead of a page of every facet.
 */
export async function mergeFacets(
  ask: AskFacets,
  ids: readonly number[],
  range: { readonly from: number; readonly to: number },
  rowsMax: number,
): Promise<readonly number[]> {
  let keys: readonly number[] = [];
  let edges: readonly FacetEdge[] = ids.map((id) => ({ id, to: range.to }));
  let { from } = range;
  for (let each = 1; edges.length > 0; each = Math.max(2 * each, share(rowsMax, edges.length))) {
    const found = await ask(edges, from, each);
    const fresh: number[] = [];
    const open: FacetEdge[] = [];
    for (const { id } of edges) {
      const some = found.get(id) ?? [];
      for (const key of some) fresh.push(key);
      // Who gave fewer than asked for has no more.
      if (some.length === each) open.push({ id, to: some.at(-1) ?? range.to });
    }
    keys = [...keys, ...fresh].toSorted((left, right) => right - left).slice(0, rowsMax);
    // Nothing older can be on the page.
    if (keys.length === rowsMax) from = keys.at(-1) ?? from;
    const oldest = from;
    edges = open.filter(({ to }) => to > oldest);
  }
  return keys;
}

const share = (rows: number, facets: number): number => Math.ceil(rows / facets);
