import { createPublicKey } from 'node:crypto';

import { VonageAccount } from '../../adapters/vonage/account/vonage-account.js';
import { privateKeyFault } from '../../adapters/vonage/private-key.js';
import { unreadable, type Check } from '../../application/account/check.js';
import { CheckAccount } from '../../application/account/check-account.js';
import { parseConfig, type Config } from '../../config.js';
import { json, optionsOf, runCommand, type Print } from '../command.js';
import { checkInstallation } from './installation-checks.js';
import { RunningService } from './running-service.js';

const USAGE = `Checks DATA_DIR, the servers that are configured, the account at Vonage, and whether its webhooks arrive.
It says for each thing whether it is right, and what to do.

  npm run doctor -- [--json]

  --json  print what was found as JSON

Reads the configuration of the service from the environment and .env: run it on the machine and as the user of the service, which
may run meanwhile. The running service is asked for what it has seen at WAYBILL_URL, with WAYBILL_API_KEY where it needs a
key (scope metrics).
It sends no message and changes nothing at Vonage. A file in DATA_DIR is written and deleted; EventStoreDB gets the one event by
which the service, too, asks whether it can write.
Exit code: 0 nothing is wrong (some things cannot be read), 1 something is wrong, 2 wrong usage.
`;

/** An answer that takes longer tells that something is wrong. */
const TIMEOUT_MS_MAX = 10_000;

async function doctor(args: readonly string[], print: Print): Promise<number> {
  const values = optionsOf(args, { json });
  const config = parseConfig(process.env);
  const checks = [...(await checkInstallation(config)), ...(await checkAccount(config))];
  const wrong = checks.filter(({ state }) => state === 'wrong').length;
  if (values.json === true) print(JSON.stringify({ wrong, checks }));
  else printChecks(checks, print);
  return wrong === 0 ? 0 : 1;
}

async function checkAccount({ vonage, publicUrl, port }: Config): Promise<readonly Check[]> {
  if (vonage === null) return [noAccount];
  const timeoutMs = Math.min(vonage.timeoutMs, TIMEOUT_MS_MAX);
  const url = process.env['WAYBILL_URL']?.trim() || `http://127.0.0.1:${port}`;
  const apiKey = process.env['WAYBILL_API_KEY']?.trim() || undefined;
  return new CheckAccount(
    new VonageAccount({ ...vonage, timeoutMs }),
    new RunningService(url.replace(/\/+$/, ''), apiKey, timeoutMs),
    {
      publicKey: publicKeyOf(vonage.privateKey),
      publicUrl,
      requestsPerSecond: vonage.requestsPerSecond,
    },
  ).execute();
}

const noAccount = unreadable(
  'account',
  'no VONAGE_ variable is set, so the service runs against the sandbox',
  'To send for real, set the account as .env.example says.',
);

const publicKeyOf = (privateKey: string): string | null =>
  privateKeyFault(privateKey) === null
    ? createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString()
    : null;

const STATE_CHARACTERS = 'cannot be read'.length;

function printChecks(checks: readonly Check[], print: Print): void {
  for (const { name, state, says, todo } of checks) {
    print(`${state.padEnd(STATE_CHARACTERS)}  ${name}: ${says}`);
    if (todo !== null) print(`${' '.repeat(STATE_CHARACTERS)}  → ${todo}`);
  }
}

await runCommand(USAGE, doctor);
