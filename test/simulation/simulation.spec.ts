import { parts, wrongIn } from './seeds.js';
import { World } from './world.js';

/** `more-seeds.spec.ts` lives through others, in another worker, and `.ci/run` through many more. */
test.each(parts.simulation)(
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
