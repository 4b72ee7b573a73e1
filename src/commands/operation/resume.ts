import { parseArgs } from 'node:util';
import { asksForDecision } from '../../domain/sending/sending.js';
import { runCommand, UsageError, type Print } from '../command.js';
import { ServiceClient, ServiceError } from '../service-client.js';

const USAGE = `Lets a running service send again after sending was held.

  npm run resume -- [--waiting send|unknown] [--reason TEXT]

  --waiting  needed when the ledger is a restored copy or damaged: messages that waited in it may have been sent already.
             send     sends them: a person may get a text twice
             unknown  records each as of unknown outcome and sends none of them: a person may get no text
             Messages that were accepted since it was held, or are scheduled for later, are sent either way.
  --reason   kept in the ledger

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope admin.
Exit code: 0 sending flows, 1 it could not be released or was held again, 2 wrong usage.
`;

const decisions = ['send', 'unknown'] as const;
type Decision = (typeof decisions)[number];

async function resume(args: readonly string[], print: Print): Promise<number> {
  const { waiting, reason } = readArguments(args);
  const client = ServiceClient.fromEnvironment(process.env);
  const before = await client.sending();
  if (before.state === 'flowing') {
    print('Sending is not held. Nothing was changed.');
    return 0;
  }
  print(`Sending is held since ${before.since}: ${before.reason}`);
  const { high, normal, bulk } = before.waiting;
  print(`${high + normal + bulk} messages wait.`);
  if (before.cause !== null && asksForDecision(before.cause) && waiting === undefined) {
    throw new UsageError(
      'They may have been sent already, so say with --waiting what becomes of them.',
    );
  }
  print(announcements[waiting ?? 'send']);
  const after = await client.releaseSending({
    reason,
    ...(waiting === undefined ? {} : { waiting }),
  });
  if (after.state === 'held') {
    throw new ServiceError(
      `Sending was released, and is held again since ${after.since}: ${after.reason} Look at that hold, and repeat the command.`,
    );
  }
  print('Sending flows.');
  return 0;
}

const announcements: Readonly<Record<Decision, string>> = {
  send: 'All of them are sent now.',
  unknown:
    'Those that waited when it was held are recorded as of unknown outcome, and are not sent. The others are sent.',
};

function readArguments(args: readonly string[]): {
  readonly waiting: Decision | undefined;
  readonly reason: string;
} {
  const option = { type: 'string' } as const;
  const { values } = parseArgs({ args: [...args], options: { waiting: option, reason: option } });
  const waiting = decisions.find((decision) => decision === values.waiting);
  if (values.waiting !== undefined && waiting === undefined) {
    throw new UsageError('--waiting must be send or unknown.');
  }
  return { waiting, reason: values.reason ?? 'released from the command line' };
}

await runCommand(USAGE, resume);
