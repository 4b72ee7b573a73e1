import { expect, it } from '@jest/globals';
import { mergeFacets } from '../../../src/adapters/read-model/queries/merge-facets.js';

it('finds a message once that changes its facet between two questions', async () => {
  const facets = new Map([
    [1, [100, 80]],
    [2, [110, 90]],
  ]);
  const newest = new Map([...facets].map(([id, keys]) => [id, keys[0] ?? 0]));
  facets.set(1, [80]).set(2, [110, 100, 90]);
  const found = await mergeFacets(
    newest,
    async (edges, from, rowsMax) =>
      new Map(
        edges.map(({ id, to }) => [
          id,
          (facets.get(id) ?? []).filter((key) => key < to && key >= from).slice(0, rowsMax),
        ]),
      ),
    0,
    10,
  );
  expect(found).toEqual([110, 100, 90, 80]);
});
