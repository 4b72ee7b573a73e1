import { resolvedOutcomes } from '../../domain/message/message-events.js';
import { argumentsOf, checkUsage, json, option, runCommand, type Print } from '../command.js';
import { ServiceClient } from '../service-client.js';

const USAGE = `Decides about a message of which nobody knows whether Vonage took it.

  waybill resolve ID OUTCOME --reason TEXT [--json]

  OUTCOME   resend: make the next attempt; the person may get a second text
            abandon: the message failed; a later report of its delivery still applies
            delivered: the person has it
  --reason  kept in the ledger, and shown with the message
  --json    print the message as JSON

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope send.
Exit code: 0 decided, 1 the service refused or did not answer, 2 wrong usage.
`;

async function resolve(args: readonly string[], print: Print): Promise<number> {
  const { positionals, values } = argumentsOf(args, { reason: option, json });
  const [id = '', outcome = '', ...rest] = positionals;
  const { reason = '' } = values;
  const isOutcome = resolvedOutcomes.some((one) => one === outcome);
  checkUsage(
    (id === '' || !isOutcome || rest.length > 0) &&
      `Give a message id and one of ${resolvedOutcomes.join(', ')}.`,
    values.reason === undefined && '--reason is needed.',
  );
  const client = ServiceClient.fromEnvironment(process.env);
  const message = await client.resolve(id, { outcome, reason });
  print(values.json === true ? JSON.stringify(message) : message.explanation);
  return 0;
}

await runCommand(USAGE, resolve);
