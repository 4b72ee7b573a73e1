import { asksForDecision } from '../../domain/sending/sending.js';
import {
  checkUsage,
  json,
  option,
  optionsOf,
  runCommand,
  UsageError,
  type Print,
} from '../command.js';
import { toldBy } from '../told.js';
import { ServiceClient, ServiceError } from '../service-client.js';

const USAGE = `Lets a running service send again after sending was held.

  npm run resume -- [--waiting send|unknown] [--provider NAME] [--reason TEXT] [--json]

  --waiting  needed when the ledger is a restored copy or damaged: messages that waited in it may have been sent already.
             send     sends them: a person may get a text twice
             unknown  records each as of unknown outcome and sends none of them: a person may get no text. Refused where only single providers
                      or senders are held
             Messages that were accepted since it was held, or are scheduled for later, are sent either way.
  --provider vonage, email, web-push or fcm: only what is held of it; without it, everything that is held
  --reason   kept in the ledger
  --json     prints the state of sending, and the hold and senders that were released, as one JSON document

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope admin.
Exit code: 0 sending flows, 1 it could not be released, or is held all the same, 2 wrong usage.
`;

const decisions = ['send', 'unknown'] as const;
type Decision = (typeof decisions)[number];

async function resume(args: readonly string[], print: Print): Promise<number> {
  const { waiting, reason, provider, isJson } = readArguments(args);
  const told = toldBy(print, isJson);
  const client = ServiceClient.fromEnvironment(process.env);
  if (provider !== undefined) {
    const released = await client.releaseSending({ reason, provider });
    const all = (await client.presentHolds()).find(({ scope }) => scope === 'all');
    if (all !== undefined) {
      throw new ServiceError(
        `${provider} is not held by itself any more, but all of sending is held since ${all.since}: ${all.reason}`,
      );
    }
    told.facts(released);
    told.words(`Sending by ${provider} flows.`);
    return 0;
  }
  const before = await client.sending();
  const held = [before, ...(before.providers ?? [])].find(({ state }) => state === 'held');
  const { heldSenders } = before;
  if (held === undefined && heldSenders.length === 0) {
    told.words('Sending is not held. Nothing was changed.');
    told.facts({ ...before, released: null, releasedSenders: [] });
    return 0;
  }
  if (held !== undefined) told.words(`Sending is held since ${held.since}: ${held.reason}`);
  for (const { channel, from, since, reason: why } of heldSenders) {
    told.words(`Sending by ${from} (${channel}) is held since ${since}: ${why}`);
  }
  const { high, normal, bulk } = before.waiting;
  const waits = high + normal + bulk;
  told.words(waits === 1 ? '1 message waits.' : `${waits === 0 ? 'No' : waits} messages wait.`);
  if (before.cause !== null && asksForDecision(before.cause) && waiting === undefined) {
    throw new UsageError(
      'They may have been sent already, so say with --waiting what becomes of them.',
    );
  }
  if (held === undefined && waiting === 'unknown') {
    throw new UsageError(
      'Only senders are held, and --waiting unknown decides about all of sending. ' +
        'Leave it out to send what waits; first cancel what must not be sent.',
    );
  }
  const after = await client.releaseSending({
    reason,
    ...(waiting === undefined ? {} : { waiting }),
  });
  if (after.state === 'held') {
    throw new ServiceError(
      `Sending was released, and is held again since ${after.since}: ${after.reason} Look at that hold, and repeat the command.`,
    );
  }
  if (waits > 0) told.words(announcements[waiting ?? 'send']);
  told.words('Sending flows.');
  told.facts({
    ...after,
    released:
      held === undefined
        ? null
        : { since: held.since, cause: held.cause, reason: held.reason, waiting: before.waiting },
    releasedSenders: heldSenders,
  });
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
  readonly provider: string | undefined;
  readonly isJson: boolean;
} {
  const values = optionsOf(args, { waiting: option, reason: option, provider: option, json });
  const waiting = decisions.find((decision) => decision === values.waiting);
  const { reason = 'released from the command line', provider } = values;
  checkUsage(
    values.waiting !== undefined && waiting === undefined && '--waiting must be send or unknown.',
    values.waiting !== undefined &&
      provider !== undefined &&
      '--waiting decides about all of sending, so it goes without --provider.',
  );
  return { waiting, reason, provider, isJson: values.json === true };
}

await runCommand(USAGE, resume);
