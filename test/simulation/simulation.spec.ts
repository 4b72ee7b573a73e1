import { partsOfTest, wrongIn } from './seeds.js';
import { World } from './world.js';

/** `.ci/run` lives through two thousand others. */
test.each(partsOfTest)(
  'every promise holds in the seeds from %d on, whatever happens and in which order',
  async (from) => {
    expect(await wrongIn(from)).toEqual([]);
  },
);

test('a seed always tells the same story', async () => {
  for (const seed of [1, 2]) {
    const first = await World.run(seed);
    const second = await World.run(seed);
    expect(first.story.lines.length).toBeGreaterThan(20);
    expect(second.story.hash()).toBe(first.story.hash());
  }
});
