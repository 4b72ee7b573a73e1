import { json, option, optionsOf, runCommand, UsageError, type Print } from '../command.js';
import { toldBy } from '../told.js';
import { ServiceClient, ServiceError } from '../service-client.js';

const USAGE = `Holds sending: messages are taken, and wait until it is released.

  waybill hold --reason TEXT [--provider NAME] [--json]

  --reason    kept in the ledger, and shown wherever a message waits, unless it is held already
  --provider  vonage, email, web-push or fcm: only what goes to it is held
  --json      prints the state of sending, and whether your reason is the one that is shown (reasonShown), as one JSON document

WAYBILL_URL and WAYBILL_API_KEY say where the service is and with which key to ask; it needs the scope admin.
Exit code: 0 sending is held, 1 the service refused or did not answer, 2 wrong usage.
`;

async function hold(args: readonly string[], print: Print): Promise<number> {
  const values = optionsOf(args, { reason: option, provider: option, json });
  if (values.reason === undefined) throw new UsageError('--reason is needed.');
  const { reason, provider } = values;
  const client = ServiceClient.fromEnvironment(process.env);
  const sending = await client.holdSending({
    reason,
    ...(provider === undefined ? {} : { provider }),
  });
  // The state of a provider shows a hold of all of sending before the provider's own.
  const holds = provider === undefined ? [] : await client.presentHolds();
  const own = provider === undefined ? sending : holds.find(({ scope }) => scope === provider);
  if (own === undefined) {
    throw new ServiceError('It was held, and is released already. Look at who released it.');
  }
  const what = provider === undefined ? 'Sending' : `Sending by ${provider}`;
  const reasonShown = own.reason === reason;
  const told = toldBy(print, values.json);
  if (reasonShown) {
    told.words(`${what} is held since ${own.since}: ${reason}`);
  } else {
    told.words(`${what} was held already, since ${own.since}: ${own.reason}`);
    told.words('It keeps that reason; yours stands in the ledger only.');
  }
  const all = holds.find(({ scope }) => scope === 'all');
  if (all !== undefined) {
    told.words(`All of sending is held too, since ${all.since}: ${all.reason}`);
  }
  told.facts({ ...sending, reasonShown });
  return 0;
}

await runCommand(USAGE, hold);
