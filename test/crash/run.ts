import { parseArgs } from 'node:util';
import { compiledProgram } from '../support/compiled.js';
import { killRepeatedly } from './kill-repeatedly.js';

/** Kills on one ledger, before it is settled, compared and thrown away. */
const KILLS_PER_LEDGER = 100;

/** `npm run test:crash -- --kills 1000 --seed 7`: what the suite does for half a minute, for as long as one likes. */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
  },
});
const startedMs = performance.now();
const entry = `${await compiledProgram()}/main.js`;
let killsLeft = Number(values.kills);
let seed = Number(values.seed);
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
