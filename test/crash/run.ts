import { parseArgs } from 'node:util';
import { wholeNumber } from '../../testing/whole-number.js';
import { compiledProgram } from '../support/processes/compiled.js';
import { killRepeatedly } from './kill-repeatedly.js';
import { stopRepeatedly } from './stop-repeatedly.js';
import type { Figures } from './world.js';

/** Kills on one ledger, before it is settled, compared and deleted. */
const KILLS_PER_LEDGER = 100;

/** `npm run test:crash -- --kills 1000 --stops 100 --seed 7`: runs the suite's half minute of kills and stops for any length of time. */
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    stops: { type: 'string', default: '0' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout
    .write(`Kills the service in the middle of mixed load, again and again, and looks for what was lost or doubled.

  npm run test:crash -- [--kills NUMBER] [--stops NUMBER] [--seed NUMBER]

  --kills  how often (200)
  --stops  how often it is stopped with SIGTERM before that, in the middle of the same load (0)
  --seed   decides what is random; a run that found something says with which seed (a new one each time)
`);
  process.exit();
}
const startedMs = performance.now();
const entry = `${await compiledProgram()}/main.js`;
const stops = wholeNumber('stops', values.stops, 0);
let killsLeft = wholeNumber('kills', values.kills, stops > 0 ? 0 : 1);
let seed = wholeNumber('seed', values.seed, 0);
let failed = false;

function tell(figures: Figures, findings: readonly string[]): void {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  for (const finding of findings.slice(0, 50)) process.stdout.write(`  ${finding}\n`);
  failed = findings.length > 0;
}

if (stops > 0) {
  process.stdout.write(`--kills 0 --stops ${stops} --seed ${seed}: `);
  const { findings, figures, exits } = await stopRepeatedly({ entry, stops, seed });
  const unclean = exits.filter(({ code, lastWords }) => code !== 0 || lastWords !== '');
  const cutOff = figures.attemptsCutOff;
  tell(figures, [
    ...findings,
    ...unclean.map((exit) => `a stop did not end by itself: ${JSON.stringify(exit)}`),
    ...(cutOff === 0 ? [] : [`stops left ${cutOff} calls without an outcome`]),
  ]);
}
while (killsLeft > 0 && !failed) {
  const kills = Math.min(KILLS_PER_LEDGER, killsLeft);
  process.stdout.write(`--kills ${kills} --seed ${seed}: `);
  const { findings, figures } = await killRepeatedly({ entry, kills, seed });
  tell(figures, findings);
  killsLeft -= kills;
  seed += 1;
}
const seconds = Math.round((performance.now() - startedMs) / 1000);
process.stdout.write(
  `${failed ? 'Something is wrong' : 'Nothing is wrong'}, after ${seconds} s.\n`,
);
process.exitCode = failed ? 1 : 0;
