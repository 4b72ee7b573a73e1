import { parts, wrongIn } from './seeds.js';

test.each(parts.moreSeeds)('every promise holds in the seeds from %d on', async (from) => {
  expect(await wrongIn(from)).toEqual([]);
});
