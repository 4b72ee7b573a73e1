import { parseArgs } from 'node:util';
import { wholeNumber } from '../../testing/whole-number.js';
import { World } from './world.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    bail: { type: 'boolean', default: false },
    verbose: { type: 'boolean', short: 'v', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout
    .write(`Lives through the whole system in simulated time, once for each seed, and then checks every promise.

  npm run test:simulation -- [--seeds NUMBER] [--from SEED] [--verbose] [--bail]

  --seeds    how many (100)
  --from     the first; the others are the numbers after it (1)
  --verbose  tells what happened, in the order in which it happened
  --bail     ends after the first seed in which something is wrong

A seed always tells the same story. One in which something is wrong is printed with the command that tells it.
`);
  process.exit();
}
const seeds = wholeNumber('seeds', values.seeds, 1);
const from = wholeNumber('from', values.from, 0);
let failed = 0;
let steps = 0;
const beganMs = performance.now();
for (let seed = from; seed < from + seeds; seed++) {
  const ending = await World.run(seed);
  steps += ending.steps;
  if (values.verbose) process.stdout.write(`${ending.story.lines.join('\n')}\n`);
  if (ending.findings.length === 0) continue;
  failed++;
  process.stdout.write(`npm run test:simulation -- --seeds 1 --from ${seed} --verbose\n`);
  for (const finding of ending.findings) process.stdout.write(`  ${finding}\n`);
  if (values.bail) break;
}
const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
process.stdout.write(
  `${failed === 0 ? 'Nothing is wrong' : `Something is wrong in ${failed}`} of ${seeds} seeds, after ${steps} steps in ${seconds} s.\n`,
);
process.exitCode = failed === 0 ? 0 : 1;
