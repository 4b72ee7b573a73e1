import { argumentsOf, checkUsage, json, runCommand, wordOrFault, type Print } from '../command.js';
import { ServiceClient } from '../service-client.js';
import { exitCodeOf, followStatuses, faultOfSeconds } from './follow-statuses.js';

const USAGE = `Prints each status of a message until the last one, and why it is so.

  waybill follow ID [--seconds SECONDS] [--json]

  ID         the message id, or the uuid that Vonage gave to one of its attempts
  --seconds  how long to follow at most (120)
  --json     print the message as JSON at the end, and nothing else

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask.
Exit code: 0 delivered or still open, 3 failed for good, 1 the service refused or did not answer, 2 wrong usage.
`;

async function follow(args: readonly string[], print: Print): Promise<number> {
  const { positionals, values } = argumentsOf(args, {
    seconds: { type: 'string', default: '120' },
    json,
  });
  const [id, wordFault] = wordOrFault(positionals, 'Give one message id.');
  const seconds = Number(values.seconds);
  checkUsage(wordFault, faultOfSeconds('--seconds', seconds));
  const client = ServiceClient.fromEnvironment(process.env);
  const isJson = values.json === true;
  const last = await followStatuses(client, id, seconds, isJson ? () => undefined : print);
  print(isJson ? JSON.stringify(last) : last.explanation);
  return exitCodeOf(last);
}

await runCommand(USAGE, follow);
