import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { VonageAccount } from '../../src/adapters/vonage/account/vonage-account.js';
import type { Check } from '../../src/application/account/check.js';
import { CheckAccount } from '../../src/application/account/check-account.js';
import type { VonageConfig } from '../../src/config.js';
import { RunningService } from '../../src/commands/operation/running-service.js';
import { runCommand } from '../support/processes/run-command.js';
import { recipient, startWaybill, stopWaybills, type Waybill } from '../support/worlds/waybill.js';

let waybill: Waybill;

beforeAll(async () => {
  waybill = await startWaybill({ sandbox: { requestsPerSecond: 50 } });
});

afterAll(stopWaybills);

/** What the sandbox is told before, what is configured otherwise, and what is then wrong. */
interface Setting {
  readonly sandbox?: Parameters<Waybill['sandbox']['configure']>[0];
  readonly vonage?: Partial<VonageConfig>;
  readonly publicUrl?: string | null;
}

const usual = { hasCredit: true, acceptsCredentials: true, isApplicationBlocked: false };

async function check({ sandbox, vonage, publicUrl }: Setting): Promise<readonly Check[]> {
  const statusUrl = `${waybill.url}/webhooks/status`;
  waybill.sandbox.configure({ ...usual, statusUrl, ...sandbox });
  const config = { ...waybill.config.vonage, requestsPerSecond: 30, ...vonage };
  const publicKey = createPublicKey(config.privateKey).export({ type: 'spki', format: 'pem' });
  try {
    return await new CheckAccount(
      new VonageAccount(config),
      new RunningService(waybill.url, undefined, 5_000),
      {
        publicKey: publicKey.toString(),
        publicUrl: publicUrl === undefined ? waybill.url : publicUrl,
        requestsPerSecond: config.requestsPerSecond,
      },
    ).execute();
  } finally {
    waybill.sandbox.configure({ ...usual, statusUrl });
  }
}

const named = (checks: readonly Check[], state: Check['state']): readonly string[] =>
  checks.filter((one) => one.state === state).map(({ name }) => name);

const otherKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey;

test('a sound account has nothing wrong, and what Vonage tells nowhere is said', async () => {
  const before = await check({});
  expect(named(before, 'wrong')).toEqual([]);
  expect(named(before, 'cannot be read')).toEqual(['default SMS setting', 'signature secret']);

  await waybill.until(await waybill.send(recipient()), 'delivered');
  expect(named(await check({}), 'cannot be read')).toEqual(['default SMS setting']);
});

test.each<[string, Setting, readonly string[]]>([
  ['no credit', { sandbox: { hasCredit: false } }, ['balance', 'sending']],
  [
    'a wrong webhook address',
    { sandbox: { statusUrl: 'https://elsewhere.example/webhooks/status' } },
    ['status webhook'],
  ],
  ['no webhook address', { sandbox: { statusUrl: null } }, ['status webhook']],
  ['a blocked application', { sandbox: { isApplicationBlocked: true } }, ['sending']],
  ['revoked credentials', { sandbox: { acceptsCredentials: false } }, ['credentials', 'sending']],
  ['another secret', { vonage: { apiSecret: 'not-it' } }, ['credentials']],
  ['the key of another application', { vonage: { privateKey: otherKey } }, ['key pair', 'sending']],
  [
    'another application',
    { vonage: { applicationId: '00000000-0000-4000-8000-000000000000' } },
    ['application', 'sending'],
  ],
  ['a rate above the permitted one', { vonage: { requestsPerSecond: 60 } }, ['rate']],
  [
    'a public address that leads nowhere',
    { publicUrl: 'http://127.0.0.1:9' },
    ['status webhook', 'inbound webhook', 'way to this service'],
  ],
])('%s is found', async (_name, setting, expected) => {
  const checks = await check(setting);
  expect(named(checks, 'wrong')).toEqual(expected);
  for (const { state, todo } of checks) expect(state !== 'wrong' || todo !== null).toBe(true);
});

test('asking changes and sends nothing', async () => {
  const sent = waybill.sandbox.counters().messagesAccepted;
  const settings = await (await fetch(`${waybill.sandbox.url}/sandbox`)).json();
  await check({});
  const after = await (await fetch(`${waybill.sandbox.url}/sandbox`)).json();
  expect((after as { settings: object }).settings).toEqual(
    (settings as { settings: object }).settings,
  );
  expect(waybill.sandbox.counters().messagesAccepted).toBe(sent);
});

test('the command prints a line for each check, and tells by its exit code whether any is wrong', async () => {
  const { apiKey, apiSecret, applicationId, privateKey, number, signatureSecrets } =
    waybill.config.vonage;
  const environment = {
    VONAGE_API_KEY: apiKey,
    VONAGE_API_SECRET: apiSecret,
    VONAGE_APPLICATION_ID: applicationId,
    VONAGE_PRIVATE_KEY: privateKey,
    VONAGE_NUMBER: number,
    VONAGE_SIGNATURE_SECRET: signatureSecrets.join(','),
    VONAGE_API_HOST: waybill.sandbox.url,
    PUBLIC_URL: waybill.url,
    WAYBILL_URL: waybill.url,
  };
  const sound = await runCommand('commands/doctor.js', [], environment);
  expect(sound.errors).toBe('');
  expect(sound.output).toContain('ok              balance: 10.28 EUR, auto-reload is off');
  expect(sound.exitCode).toBe(0);

  waybill.sandbox.configure({ hasCredit: false });
  const poor = await runCommand('commands/doctor.js', ['--json'], environment);
  expect(JSON.parse(poor.output)).toMatchObject({ wrong: 2 });
  expect(poor.exitCode).toBe(1);
});
