import { World } from './world.js';

/** The first seeds of the parts that `npm test` lives through. A part is short of the time limit of a test on a busy machine too. */
export const partsOfTest = [1, 5];
const SEEDS_OF_PART = 4;

/** Everything that is wrong in the seeds of a part, each with the command that tells its story. */
export async function wrongIn(from: number): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (let seed = from; seed < from + SEEDS_OF_PART; seed++) {
    const { findings } = await World.run(seed);
    if (findings.length === 0) continue;
    wrong.push(`npm run test:simulation -- --seeds 1 --from ${seed} --verbose`, ...findings);
  }
  return wrong;
}
