import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { runCommand, UsageError, type Print } from './command.js';
import { ServiceClient, type MessageShown } from './service-client.js';

const USAGE = `Sends a message through the running service, then follows it to a final status.

  npm run send -- --to NUMBER --text TEXT [--from SENDER] [--reference TEXT] [--follow SECONDS]

  --to         international number, with or without +
  --text       what to say
  --from       number or name of the sender (VONAGE_NUMBER)
  --reference  your own name for it
  --follow     how long to follow at most, seconds (120); 0 does not follow

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask.
Exit code: 0 delivered or still open, 3 failed for good.
`;

const WAIT_SECONDS = 30;
const FOLLOW_SECONDS = 120;
const POLL_MS = 250;
const FAILED = 3;

const failures: ReadonlySet<string> = new Set(['rejected', 'undeliverable', 'failed', 'expired']);

await runCommand(USAGE, send);

async function send(args: readonly string[], print: Print): Promise<number> {
  const { to, text, from, reference, follow } = readArguments(args);
  const client = ServiceClient.fromEnvironment(process.env);
  const sent = await client.send({ to, text, from, reference }, WAIT_SECONDS);
  print(`Message      ${sent.id}`);
  const [attempt] = sent.attempts;
  print(`Vonage UUID  ${attempt?.messageUuid ?? '(none yet)'}`);
  const last = await followStatuses(client, sent.id, follow, print);
  print(last.explanation);
  return failures.has(last.status) ? FAILED : 0;
}

function readArguments(args: readonly string[]) {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { to: option, text: option, from: option, reference: option, follow: option },
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
  return { to, text, from, reference, follow };
}

async function followStatuses(
  client: ServiceClient,
  id: string,
  seconds: number,
  print: Print,
): Promise<MessageShown> {
  const untilMs = Date.now() + seconds * 1000;
  let shown = '';
  for (;;) {
    const message = await client.message(id);
    if (message.status !== shown) print(`${message.statusSince}  ${message.status}`);
    shown = message.status;
    if (message.final || Date.now() >= untilMs) return message;
    await delay(POLL_MS);
  }
}
