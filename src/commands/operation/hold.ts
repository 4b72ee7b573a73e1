import { parseArgs } from 'node:util';
import { runCommand, UsageError, type Print } from '../command.js';
import { ServiceClient } from '../service-client.js';

const USAGE = `Holds sending: messages are taken, and wait until it is released.

  waybill hold --reason TEXT [--json]

  --reason  kept in the ledger, and shown wherever a message waits

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope admin.
Exit code: 0 sending is held, 1 the service refused or did not answer, 2 wrong usage.
`;

async function hold(args: readonly string[], print: Print): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { reason: { type: 'string' }, json: { type: 'boolean' } },
  });
  if (values.reason === undefined) throw new UsageError('--reason is needed.');
  const sending = await ServiceClient.fromEnvironment(process.env).holdSending(values.reason);
  print(
    values.json === true
      ? JSON.stringify(sending)
      : `Sending is held since ${sending.since}: ${sending.reason}`,
  );
  return 0;
}

await runCommand(USAGE, hold);
