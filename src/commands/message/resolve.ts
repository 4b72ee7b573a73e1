import { resolvedOutcomes } from '../../domain/message/message-events.js';
import { argumentsOf, json, option, runCommand, UsageError, type Print } from '../command.js';
import { ServiceClient } from '../service-client.js';

const USAGE = `Decides about a message of which nobody knows whether Vonage took it.

  waybill resolve ID OUTCOME --reason TEXT [--json]

  OUTCOME   resend: make the next attempt; the person may get a second text
            abandon: the message failed; a later report of its delivery still applies
            delivered: the person has it
  --reason  kept in the ledger, and shown with the message

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope send.
Exit code: 0 decided, 1 the service refused or did not answer, 2 wrong usage.
`;

async function resolve(args: readonly string[], print: Print): Promise<number> {
  const { positionals, values } = argumentsOf(args, { reason: option, json });
  const [id, word, ...rest] = positionals;
  const outcome = resolvedOutcomes.find((one) => one === word);
  if (id === undefined || outcome === undefined || rest.length > 0) {
    throw new UsageError(`Give a message id and one of ${resolvedOutcomes.join(', ')}.`);
  }
  if (values.reason === undefined) throw new UsageError('--reason is needed.');
  const client = ServiceClient.fromEnvironment(process.env);
  const message = await client.resolve(id, { outcome, reason: values.reason });
  print(values.json === true ? JSON.stringify(message) : message.explanation);
  return 0;
}

await runCommand(USAGE, resolve);
