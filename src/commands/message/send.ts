import { randomUUID } from 'node:crypto';
import { checkUsage, json, option, optionsOf, runCommand, type Print } from '../command.js';
import { ServiceClient, ServiceError } from '../service-client.js';
import { exitCodeOf, followStatuses, faultOfSeconds } from './follow-statuses.js';

const USAGE = `Sends a message through the running service, then follows it to a final status.

  npm run send -- --to NUMBER --text TEXT [--from SENDER] [--reference TEXT] [--follow SECONDS]
      [--priority LANE] [--idempotency-key KEY] [--json]

  --to         international number, with or without +
  --text       what to say
  --from       number or name of the sender (VONAGE_NUMBER)
  --reference  your own name for it
  --priority   lane in which it waits: high, normal or bulk (normal)
  --follow     how long to follow at most, seconds (120); 0 does not wait
  --json       print the message as JSON at the end, and nothing else
  --idempotency-key  the same key never sends twice, however often the command runs

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask.
Exit code: 0 taken by Waybill (delivered, still open, or not followed to its end), 3 failed for good,
1 not taken, or nobody knows: repeat it with the --idempotency-key that it then prints. 2 wrong usage.
`;

const WAIT_SECONDS = 30;
const FOLLOW_SECONDS = 120;

async function send(args: readonly string[], print: Print): Promise<number> {
  const { message, follow, idempotencyKey, isJson } = readArguments(args);
  const tell: Print = isJson ? () => undefined : print;
  const client = ServiceClient.fromEnvironment(process.env);
  const sent = await client
    .send(message, idempotencyKey, Math.min(WAIT_SECONDS, follow))
    .catch((error: unknown) => {
      throw error instanceof ServiceError && error.hasUnknownOutcome
        ? new Error(
            `${error.message}\nTo try again without sending twice, add --idempotency-key ${idempotencyKey}.`,
          )
        : error;
    });
  tell(`Message      ${sent.id}`);
  const [attempt] = sent.attempts;
  tell(`Vonage UUID  ${attempt?.messageUuid ?? '(none yet)'}`);
  try {
    const last = await followStatuses(client, sent.id, follow, tell);
    print(isJson ? JSON.stringify(last) : last.explanation);
    return exitCodeOf(last);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // A non-zero exit code now would make a script send again a message that Waybill has accepted.
    if (isJson) print(JSON.stringify(sent));
    tell(`Waybill has taken it, but it cannot be followed. ${error.message}`);
    return 0;
  }
}

function readArguments(args: readonly string[]) {
  const values = optionsOf(args, {
    to: option,
    text: option,
    from: option,
    reference: option,
    priority: option,
    follow: option,
    'idempotency-key': option,
    json,
  });
  const { to, text, from, reference, priority } = values;
  const follow = Number(values.follow ?? FOLLOW_SECONDS);
  checkUsage(
    (to === undefined || text === undefined) && '--to and --text are needed.',
    faultOfSeconds('--follow', follow),
  );
  const idempotencyKey = values['idempotency-key'] ?? randomUUID();
  const message = { to, text, from, reference, priority };
  return { message, follow, idempotencyKey, isJson: values.json === true };
}

// A script would send again what Waybill has taken.
await runCommand(USAGE, send, 0);
