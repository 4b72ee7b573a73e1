import { parseArgs } from 'node:util';
import { wholeNumber } from '../../testing/whole-number.js';
import { compiledProgram } from '../support/processes/compiled.js';
import { abuse } from './abuse.js';
import { Bounds } from './bounds.js';
import { overload } from './overload.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    seconds: { type: 'string', default: '30' },
    'busy-machine': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout
    .write(`Sends a service the worst bodies and crowds, then ten times as many webhooks as it can record. Needs Linux.

  npm run test:abuse -- [--seed NUMBER] [--seconds NUMBER] [--busy-machine]

  --seed          decides what is sent (a new one each time)
  --seconds       for how long too many webhooks are offered (30)
  --busy-machine  judges /health/live by the time for which the service's own thread ran, not by the clock
`);
  process.exit();
}
const seed = wholeNumber('seed', values.seed, 0);
const seconds = wholeNumber('seconds', values.seconds, 1);
const entry = `${await compiledProgram()}/main.js`;
const report = (line: string): void => void process.stdout.write(`  ${line}\n`);

process.stdout.write(`--seed ${seed} --seconds ${seconds}\n`);
const startedMs = performance.now();
const abused = await abuse({ entry, seed, report, bounds: new Bounds(values['busy-machine']) });
process.stdout.write(`${JSON.stringify(abused.answers)}\n`);
const overloaded = await overload({ entry, seed, seconds, report });
const findings = [...abused.findings, ...overloaded.findings];
for (const finding of findings) process.stdout.write(`  ${finding}\n`);
process.stdout.write(
  `${findings.length > 0 ? 'Something is wrong' : 'Nothing is wrong'}, after ${Math.round((performance.now() - startedMs) / 1000)} s.\n`,
);
process.exitCode = findings.length > 0 ? 1 : 0;
