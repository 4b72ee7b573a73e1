import { json, option, optionsOf, runCommand, UsageError, type Print } from '../command.js';
import { ServiceClient } from '../service-client.js';

const USAGE = `Holds sending: messages are taken, and wait until it is released.

  waybill hold --reason TEXT [--provider NAME] [--json]

  --reason    kept in the ledger, and shown wherever a message waits
  --provider  vonage, email, web-push or fcm: only what goes to it is held
  --json      print the answer as JSON

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
  const held = sending.providers?.find((one) => one.provider === provider) ?? sending;
  const what = provider === undefined ? 'Sending' : `Sending by ${provider}`;
  if (values.json === true) {
    print(JSON.stringify(sending));
  } else if (held.reason === reason) {
    print(`${what} is held since ${held.since}: ${reason}`);
  } else {
    print(`${what} was held already, since ${held.since}: ${held.reason}`);
    // A provider's own hold is recorded also beside one of all of sending, which is shown.
    if (provider === undefined) print('Nothing was changed; your reason was not recorded.');
  }
  return 0;
}

await runCommand(USAGE, hold);
