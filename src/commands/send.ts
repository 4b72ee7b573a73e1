import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runCommand, UsageError, type Print } from './command.js';
import { ServiceClient, ServiceError, type MessageShown } from './service-client.js';

const USAGE = `Sends a message through the running service, then follows it to a final status.

  npm run send -- --to NUMBER --text TEXT [--from SENDER] [--reference TEXT] [--follow SECONDS]
                      [--idempotency-key KEY]

  --to         international number, with or without +
  --text       what to say
  --from       number or name of the sender (VONAGE_NUMBER)
  --reference  your own name for it
  --follow     how long to follow at most, seconds (120); 0 does not follow
  --idempotency-key  the same key never sends twice, however often the command runs

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask.
Exit code: 0 taken by Waybill (delivered, still open, or not followed to its end), 3 failed for good,
1 not taken: it may be sent again. 2 wrong usage.
`;

const WAIT_SECONDS = 30;
const FOLLOW_SECONDS = 120;
const POLL_MS = 250;
const FAILED = 3;

const failures: ReadonlySet<string> = new Set(['rejected', 'undeliverable', 'failed', 'expired']);

async function send(args: readonly string[], print: Print): Promise<number> {
  const { to, text, from, reference, follow, idempotencyKey } = readArguments(args);
  const client = ServiceClient.fromEnvironment(process.env);
  const sent = await client
    .send({ to, text, from, reference }, idempotencyKey, WAIT_SECONDS)
    .catch((error: unknown) => {
      throw error instanceof ServiceError && error.hasUnknownOutcome
        ? new Error(
            `${error.message}\nTo try again without sending twice, add --idempotency-key ${idempotencyKey}.`,
          )
        : error;
    });
  print(`Message      ${sent.id}`);
  const [attempt] = sent.attempts;
  print(`Vonage UUID  ${attempt?.messageUuid ?? '(none yet)'}`);
  try {
    const last = await followStatuses(client, sent.id, follow, print);
    print(last.explanation);
    return failures.has(last.status) ? FAILED : 0;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    // A non-zero exit code now would make a script send again a message that Waybill has accepted.
    print(`Waybill has taken it, but it cannot be followed. ${error.message}`);
    return 0;
  }
}

function readArguments(args: readonly string[]) {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      to: option,
      text: option,
      from: option,
      reference: option,
      follow: option,
      'idempotency-key': option,
    },
  });
  const { to, text, from, reference } = values;
  const missing = [to === undefined ? '--to' : '', text === undefined ? '--text' : '']
    .filter((name) => name !== '')
    .join(' and ');
  if (missing !== '') throw new UsageError(`${missing} is missing.`);
  const follow = Number(values.follow ?? FOLLOW_SECONDS);
  if (!Number.isInteger(follow) || follow < 0) {
    throw new UsageError('--follow must be a whole number of seconds.');
  }
  const idempotencyKey = values['idempotency-key'] ?? randomUUID();
  return { to, text, from, reference, follow, idempotencyKey };
}

async function followStatuses(
  client: ServiceClient,
  id: string,
  seconds: number,
  print: Print,
): Promise<MessageShown> {
  const untilMs = performance.now() + seconds * 1000;
  let shown = '';
  for (;;) {
    const message = await client.message(id);
    if (message.status !== shown) print(`${message.statusSince}  ${message.status}`);
    shown = message.status;
    if (message.final || performance.now() >= untilMs) return message;
    await delay(POLL_MS);
  }
}

await runCommand(USAGE, send);
