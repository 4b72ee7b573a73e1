import { parseArgs } from 'node:util';
import { wholeNumber } from '../../testing/whole-number.js';
import { compiledProgram } from '../support/processes/compiled.js';
import { proveCap } from './prove-cap.js';

/** `npm run test:caps`: two processes on one ledger, first in peace, then with kills. */
const { values } = parseArgs({
  options: {
    sends: { type: 'string', default: '10000' },
    cap: { type: 'string', default: '100' },
    connections: { type: 'string', default: '50' },
    kills: { type: 'string', default: '3' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout
    .write(`Sends more messages than a cap allows through two instances on one ledger, first in peace, then with kills.

  npm run test:caps -- [--sends NUMBER] [--cap NUMBER] [--connections NUMBER] [--kills NUMBER] [--seed NUMBER]

  --sends        messages in each of the two runs (10000)
  --cap          messages per day (100)
  --connections  that send at the same time (50)
  --kills        of an instance, in the second run (3)
  --seed         decides what is random (a new one each time)
`);
  process.exit();
}
const proof = {
  entry: `${await compiledProgram()}/main.js`,
  sends: wholeNumber('sends', values.sends, 1),
  cap: wholeNumber('cap', values.cap, 1),
  connections: wholeNumber('connections', values.connections, 1),
  seed: wholeNumber('seed', values.seed, 0),
};
let failed = false;
for (const kills of [0, wholeNumber('kills', values.kills, 0)]) {
  process.stdout.write(`--kills ${kills} --seed ${proof.seed}: `);
  const { findings, figures } = await proveCap({ ...proof, kills });
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  for (const finding of findings) process.stdout.write(`  ${finding}\n`);
  failed ||= findings.length > 0;
}
process.stdout.write(`${failed ? 'Something is wrong' : 'Nothing is wrong'}.\n`);
process.exitCode = failed ? 1 : 0;
