import {
  argumentsOf,
  checkUsage,
  flag,
  json,
  option,
  runCommand,
  UsageError,
  wordOrFault,
  type Print,
} from '../command.js';
import { ServiceClient } from '../service-client.js';
import { compact } from '../../adapters/postgres/compact.js';
import { parseConfig } from '../../config.js';

const USAGE = `Erases a person: destroys the keys of all that is recorded about a number. It cannot be undone.

  waybill erase NUMBER --reason TEXT [--compact] [--json]

  NUMBER     as people write it (national with DEFAULT_COUNTRY), or the id by which a channel knows the person
  --reason   kept in the ledger and in the certificate; it must not name the number
  --compact  then writes the tables on PostgreSQL anew, without the dead rows that hold the number for a while. Each
             table is locked meanwhile (docs/erasure.md). Needs the environment of the service
  --json     print the certificate as JSON

What waits for the person is withdrawn. Messages still count, and an opt-out stays, without the number.
Repeat the command after a failure: it completes what was cut off.

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope admin.
Exit code: 0 erased, 1 the service refused or did not answer, 2 wrong usage.
`;

async function erase(args: readonly string[], print: Print): Promise<number> {
  const { positionals, values } = argumentsOf(args, { reason: option, compact: flag, json });
  const [number, wordFault] = wordOrFault(positionals, 'Give one number.');
  const { reason = '' } = values;
  checkUsage(wordFault, values.reason === undefined && '--reason is needed.');
  const database = values.compact === true ? databaseToCompact() : undefined;
  const client = ServiceClient.fromEnvironment(process.env);
  const certificate = await client.erase(number, reason);
  const compaction = database === undefined ? undefined : await compact(database);
  if (values.json === true) {
    print(JSON.stringify({ ...certificate, compaction }));
    return 0;
  }
  const { person, erasedAt, completedAt, keysDestroyed, messages, inbound, remains } = certificate;
  print(`Person     ${person}`);
  print(`Erased     ${erasedAt}, complete ${completedAt}`);
  print(`Keys       ${keysDestroyed} destroyed`);
  print(`Messages   ${messages} to the person, ${inbound} from the person`);
  for (const place of remains) print(`Remains    ${place}`);
  if (compaction !== undefined) {
    print(`Compacted  ${compaction.tables} tables of PostgreSQL`);
    for (const refusal of compaction.refusals) print(`Refused    ${refusal}`);
  }
  return 0;
}

function databaseToCompact(): string {
  const { readModel } = parseConfig(process.env);
  if (readModel.kind === 'postgres') return readModel.url;
  throw new UsageError(
    `--compact is for PostgreSQL, and here READ_MODEL is ${readModel.kind}, which keeps nothing of an erased person.`,
  );
}

await runCommand(USAGE, erase);
