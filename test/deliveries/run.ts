import { parseArgs } from 'node:util';
import { wholeNumber } from '../../testing/whole-number.js';
import { proveDeliveries } from './prove-deliveries.js';

/** `npm run test:deliveries`: outgoing webhooks to receivers in trouble, in virtual time. */
const { values } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '200000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout
    .write(`Delivers outgoing webhooks in virtual time to a receiver that fails 20 %, hangs 5 % and restarts, to one that takes everything, and to
one that always hangs. Every event must reach the first two, none may wait for another receiver, and memory must not grow.

  npm run test:deliveries -- [--deliveries NUMBER] [--seed NUMBER]

  --deliveries  events for each receiver (200000)
  --seed        decides what is random (a new one each time)
`);
  process.exit();
}
const deliveries = wholeNumber('deliveries', values.deliveries, 4);
const seed = wholeNumber('seed', values.seed, 0);
process.stdout.write(`--deliveries ${deliveries} --seed ${seed}: `);
const { findings, figures } = await proveDeliveries({
  deliveries: deliveries - (deliveries % 4),
  seed,
});
process.stdout.write(`${JSON.stringify(figures)}\n`);
for (const finding of findings) process.stdout.write(`  ${finding}\n`);
process.stdout.write(`${findings.length > 0 ? 'Something is wrong' : 'Nothing is wrong'}.\n`);
process.exitCode = findings.length > 0 ? 1 : 0;
