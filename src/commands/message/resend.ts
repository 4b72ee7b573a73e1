import {
  argumentsOf,
  checkUsage,
  json,
  option,
  runCommand,
  wordOrFault,
  type Print,
} from '../command.js';
import { ServiceClient } from '../service-client.js';

const USAGE = `Sends a message that is over again, as a new message with the same content.

  waybill resend ID --reason TEXT [--idempotency-key KEY] [--json]

  --reason           kept in the ledger, and shown with the message
  --idempotency-key  another key sends another time; without one, a message is sent again once
  --json             print the new message as JSON

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope send.
Exit code: 0 recorded, 1 the service refused or did not answer, 2 wrong usage.
`;

async function resend(args: readonly string[], print: Print): Promise<number> {
  const { positionals, values } = argumentsOf(args, {
    reason: option,
    'idempotency-key': option,
    json,
  });
  const [id, wordFault] = wordOrFault(positionals, 'Give one message id.');
  const { reason = '' } = values;
  checkUsage(wordFault, values.reason === undefined && '--reason is needed.');
  const client = ServiceClient.fromEnvironment(process.env);
  const sent = await client.resend(id, reason, values['idempotency-key']);
  print(values.json === true ? JSON.stringify(sent) : `Sent again as ${sent.id}.`);
  return 0;
}

// A script would send again what Waybill has taken.
await runCommand(USAGE, resend, 0);
