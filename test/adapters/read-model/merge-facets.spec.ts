import { expect, it } from '@jest/globals';
import { mergeFacets } from '../../../src/adapters/read-model/queries/merge-facets.js';

it('finds a message once that changes its facet between two questions', async () => {
  const facets = new Map([
    [1, [100, 80]],
    [2, [110, 90]],
  ]);
  const range = { from: 0, to: 1_000 };
  const found = await mergeFacets(
    async (ids) => {
      const newest = new Map(ids.map((id) => [id, facets.get(id)?.[0] ?? 0]));
      facets.set(1, [80]).set(2, [110, 100, 90]);
      return newest;
    },
    async (edges, from, rowsMax) =>
      new Map(
        edges.map(({ id, to }) => [
          id,
          (facets.get(id) ?? []).filter((key) => key < to && key >= from).slice(0, rowsMax),
        ]),
      ),
    [1, 2],
    range,
    10,
  );
  expect(found).toEqual([110, 100, 90, 80]);
});
