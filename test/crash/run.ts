import { parseArgs } from 'node:util';
import { wholeNumber } from '../../testing/whole-number.js';
import { compiledProgram } from '../support/processes/compiled.js';
import { killRepeatedly } from './kill-repeatedly.js';

/** Kills on one ledger, before it is settled, compared and deleted. */
const KILLS_PER_LEDGER = 100;

/** `npm run test:crash -- --kills 1000 --seed 7`: runs the suite's half minute of kills for any length of time. */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout
    .write(`Kills the service in the middle of mixed load, again and again, and looks for what was lost or doubled.

  npm run test:crash -- [--kills NUMBER] [--seed NUMBER]

  --kills  how often (200)
  --seed   decides what is random; a run that found something says with which seed (a new one each time)
`);
  process.exit();
}
const startedMs = performance.now();
const entry = `${await compiledProgram()}/main.js`;
let killsLeft = wholeNumber('kills', values.kills, 1);
let seed = wholeNumber('seed', values.seed, 0);
let failed = false;

while (killsLeft > 0 && !failed) {
  const kills = Math.min(KILLS_PER_LEDGER, killsLeft);
  process.stdout.write(`--kills ${kills} --seed ${seed}: `);
  const { findings, figures } = await killRepeatedly({ entry, kills, seed });
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  for (const finding of findings.slice(0, 50)) process.stdout.write(`  ${finding}\n`);
  failed = findings.length > 0;
  killsLeft -= kills;
  seed += 1;
}
const seconds = Math.round((performance.now() - startedMs) / 1000);
process.stdout.write(
  `${failed ? 'Something is wrong' : 'Nothing is wrong'}, after ${seconds} s.\n`,
);
process.exitCode = failed ? 1 : 0;
