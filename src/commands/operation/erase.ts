import { parseArgs } from 'node:util';
import { runCommand, UsageError, type Print } from '../command.js';
import { ServiceClient } from '../service-client.js';

const USAGE = `Erases a person: destroys the keys of all that is recorded about a number. It cannot be undone.

  waybill erase NUMBER --reason TEXT [--json]

  NUMBER    as people write it (national with DEFAULT_COUNTRY)
  --reason  kept in the ledger and in the certificate; it must not name the number

What waits for the person is withdrawn. Messages still count, and an opt-out stays, without the number.
Repeat the command after a failure: it completes what was cut off.

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope admin.
Exit code: 0 erased, 1 the service refused or did not answer, 2 wrong usage.
`;

async function erase(args: readonly string[], print: Print): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    options: { reason: { type: 'string' }, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [number, ...rest] = positionals;
  if (number === undefined || rest.length > 0) throw new UsageError('Give one number.');
  if (values.reason === undefined) throw new UsageError('--reason is needed.');
  const client = ServiceClient.fromEnvironment(process.env);
  const certificate = await client.erase(number, values.reason);
  if (values.json === true) {
    print(JSON.stringify(certificate));
    return 0;
  }
  const { person, erasedAt, completedAt, keysDestroyed, messages, inbound, remains } = certificate;
  print(`Person     ${person}`);
  print(`Erased     ${erasedAt}, complete ${completedAt}`);
  print(`Keys       ${keysDestroyed} destroyed`);
  print(`Messages   ${messages} to the person, ${inbound} from the person`);
  for (const place of remains) print(`Remains    ${place}`);
  return 0;
}

await runCommand(USAGE, erase);
