import { open } from 'node:fs/promises';
import { reasonOf } from '../../application/errors.js';
import type { ReconciliationSummary } from '../../application/reconciliation/summary.js';
import {
  argumentsOf,
  flag,
  json,
  onlyWord,
  option,
  runCommand,
  UsageError,
  type Print,
} from '../command.js';
import { ServiceClient } from '../service-client.js';
import { progressOn } from './progress.js';
import { printReconciliation } from './reconciliation-text.js';

const USAGE = `Compares the ledger with a report file of Vonage's Reports API, and records what is missing here.

  npm run reconcile -- FILE [--dry-run] [--json]
  npm run reconcile -- --stuck [--until TIME] [--yes] [--json]

  FILE       a report of the product MESSAGES, direction outbound: the CSV, or the ZIP that holds it
  --dry-run  compares, and records nothing
  --stuck    asks Vonage live about messages that are unknown or unconfirmed; says first what that costs
  --until    asks only about messages created before this time: one run takes the newest 10,000
  --yes      goes on and asks
  --json     prints the whole answer

What is recorded is judged like a webhook. The same file again records nothing.
WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope admin.
Exit code: 0 compared, 1 the service refused or did not answer, 2 wrong usage, 3 records contradict the ledger or are
unknown to Vonage.
`;

const DIFFERS = 3;

async function reconcile(args: readonly string[], print: Print): Promise<number> {
  const { values, positionals } = argumentsOf(args, {
    'dry-run': flag,
    stuck: flag,
    until: option,
    yes: flag,
    json,
  });
  const isJson = values.json === true;
  if (values.stuck === true) {
    if (positionals.length > 0 || values['dry-run'] === true) {
      throw new UsageError('--stuck takes no file and no --dry-run.');
    }
    const query = new URLSearchParams(values.until === undefined ? {} : { until: values.until });
    return reconcileStuck(query, values.yes === true, isJson, print);
  }
  if (values.until !== undefined) throw new UsageError('--until is for --stuck only.');
  const file = onlyWord(positionals, 'Name one file.');
  const handle = await open(file).catch((error: unknown) => {
    throw new UsageError(`${file} cannot be read: ${reasonOf(error)}.`);
  });
  const stats = await handle.stat();
  if (!stats.isFile()) {
    await handle.close();
    throw new UsageError(`${file} is no file. Save the report to one first.`);
  }
  const progress = progressOn(process.stderr);
  const client = ServiceClient.fromEnvironment(process.env);
  const summary = await client
    .reconcile<ReconciliationSummary>(
      handle.createReadStream(),
      { bytes: stats.size, dryRun: values['dry-run'] === true },
      ({ bytes, bytesTotal }) => progress.show('Comparing bytes', bytes, bytesTotal),
    )
    .finally(() => progress.end());
  return tell(summary, isJson, print);
}

async function reconcileStuck(
  query: URLSearchParams,
  isAgreed: boolean,
  isJson: boolean,
  print: Print,
): Promise<number> {
  const client = ServiceClient.fromEnvironment(process.env);
  const plan = await client.stuck(query);
  if (!isAgreed || plan.messages === 0) {
    const { amount, currency } = plan.estimatedCost;
    const cost = `that costs about ${amount} ${currency} (${plan.costBasis})`;
    if (isJson) print(JSON.stringify(plan));
    else if (plan.messages === 0) print('No message is unknown or unconfirmed.');
    else {
      print(`${plan.messages} messages to ask Vonage about: ${cost}. --yes asks.`);
      if (plan.leftBefore !== null) {
        print(`Older ones are left for another run: --until ${plan.leftBefore} asks about them.`);
      }
    }
    return 0;
  }
  return tell(await client.reconcileStuck<ReconciliationSummary>(query), isJson, print);
}

function tell(summary: ReconciliationSummary, isJson: boolean, print: Print): number {
  if (isJson) print(JSON.stringify(summary));
  else printReconciliation(summary, print);
  const { contradict, unknownToVonage } = summary.counts;
  return contradict + unknownToVonage > 0 ? DIFFERS : 0;
}

await runCommand(USAGE, reconcile);
