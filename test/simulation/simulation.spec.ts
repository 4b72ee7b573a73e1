import { World } from './world.js';

/** `.ci/run` lives through many more. */
const SEEDS = 20;

test('every promise holds, whatever happens and in which order', async () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { findings } = await World.run(seed);
    if (findings.length === 0) continue;
    wrong.push(`npm run test:simulation -- --seeds 1 --from ${seed} --verbose`, ...findings);
  }
  expect(wrong).toEqual([]);
});

test('a seed always tells the same story', async () => {
  for (const seed of [1, 2]) {
    const first = await World.run(seed);
    const second = await World.run(seed);
    expect(first.story.lines.length).toBeGreaterThan(20);
    expect(second.story.hash()).toBe(first.story.hash());
  }
});
