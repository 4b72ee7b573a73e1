import { wrongIn } from './seeds.js';
import { World } from './world.js';

/** `more-seeds.spec.ts` lives through as many, in another worker, and `.ci/run` through many more. */
test('every promise holds, whatever happens and in which order', async () => {
  expect(await wrongIn('first')).toEqual([]);
});

test('a seed always tells the same story', async () => {
  for (const seed of [1, 2]) {
    const first = await World.run(seed);
    const second = await World.run(seed);
    expect(first.story.lines.length).toBeGreaterThan(20);
    expect(second.story.hash()).toBe(first.story.hash());
  }
});
