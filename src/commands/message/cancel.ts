import { argumentsOf, json, onlyWord, runCommand, type Print } from '../command.js';
import { ServiceClient } from '../service-client.js';

const USAGE = `Withdraws a message that has not been sent yet.

  waybill cancel ID [--json]

  --json  print the message as JSON

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope send.
Exit code: 0 cancelled, 1 it could not be cancelled, 2 wrong usage.
`;

async function cancel(args: readonly string[], print: Print): Promise<number> {
  const { positionals, values } = argumentsOf(args, { json });
  const id = onlyWord(positionals, 'Give one message id.');
  const message = await ServiceClient.fromEnvironment(process.env).cancel(id);
  print(values.json === true ? JSON.stringify(message) : message.explanation);
  return 0;
}

await runCommand(USAGE, cancel);
