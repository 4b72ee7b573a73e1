import { World } from './world.js';

/** Lived through by each of two spec files, which two workers run side by side. A seed takes a quarter of a second. */
const SEEDS_EACH = 30;

/** Everything that is wrong in the seeds of one of the files, each with the command that tells its story. */
export async function wrongIn(half: 'first' | 'second'): Promise<readonly string[]> {
  const from = half === 'first' ? 1 : SEEDS_EACH + 1;
  const wrong: string[] = [];
  for (let seed = from; seed < from + SEEDS_EACH; seed++) {
    const { findings } = await World.run(seed);
    if (findings.length === 0) continue;
    wrong.push(`npm run test:simulation -- --seeds 1 --from ${seed} --verbose`, ...findings);
  }
  return wrong;
}
