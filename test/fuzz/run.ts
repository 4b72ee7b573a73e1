import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { wholeNumber } from '../../testing/whole-number.js';
import { compiledProgram } from '../support/processes/compiled.js';
import { fuzzTogether } from './fuzz-together.js';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
    processes: { type: 'string', default: String(availableParallelism()) },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout
    .write(`Sends every route of the service requests with values that nobody expects, webhooks signed and unsigned.

  npm run test:fuzz -- [--requests NUMBER] [--seed NUMBER] [--processes NUMBER]

  --requests  how many (20000)
  --seed      decides what is sent; a run that found something says with which seed (a new one each time)
  --processes how many send, each to a service of its own (one for each processor); together they send the same requests

Whatever is found is printed with the request as a curl command; $WAYBILL stands for the address of a service.
The signature of a webhook in such a command holds for its own run only; the seed sends it again.
`);
  process.exit();
}
const requests = wholeNumber('requests', values.requests, 1);
const seed = wholeNumber('seed', values.seed, 0);
const processes = wholeNumber('processes', values.processes, 1);
const entry = `${await compiledProgram()}/main.js`;

process.stdout.write(`--requests ${requests} --seed ${seed} --processes ${processes}\n`);
const startedMs = performance.now();
const { findings, answers, requestsPerSecond } = await fuzzTogether(
  { entry, requests, seed },
  processes,
);
process.stdout.write(`${JSON.stringify(answers)}\n`);
for (const finding of findings) process.stdout.write(`  ${finding}\n`);
const seconds = Math.round((performance.now() - startedMs) / 1000);
process.stdout.write(
  `${findings.length > 0 ? 'Something is wrong' : 'Nothing is wrong'}, after ${seconds} s with ${requestsPerSecond} requests a second.\n`,
);
process.exitCode = findings.length > 0 ? 1 : 0;
