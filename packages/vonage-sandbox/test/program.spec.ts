import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { Vonage } from '@vonage/server-sdk';
import { createSandboxCredentials } from '../src/credentials.js';
import { runProgram } from '../src/program.js';
import { startSandbox, type Sandbox } from '../src/sandbox.js';
import { helpText, readCommand } from '../src/settings.js';
import { startReceiver } from './receiver.js';
import { credentials, ORDINARY_NUMBER, startSetting, stopSettings, textTo } from './setting.js';
import { basic, call, send, smsTo } from './wire.js';

const ellipticKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .publicKey.export({ type: 'spki', format: 'pem' })
  .toString();

const sandboxes: Sandbox[] = [];

afterEach(async () => {
  await Promise.all(sandboxes.splice(0).map((sandbox) => sandbox.stop()));
  await stopSettings();
});

const run = async (args: readonly string[], environment: Record<string, string> = {}) => {
  const said: string[] = [];
  const complained: string[] = [];
  const program = await runProgram(args, environment, {
    say: (text) => said.push(text),
    complain: (text) => complained.push(text),
  });
  if (program.sandbox !== null) sandboxes.push(program.sandbox);
  return { ...program, said: said.join('\n'), complained: complained.join('\n') };
};

it('starts with no settings at all and prints an environment that works', async () => {
  const receiver = await startReceiver();
  const { sandbox, said, exitCode } = await run(['--port', '0', '--time-scale', '0.001'], {
    SANDBOX_STATUS_URL: receiver.url,
  });
  expect(exitCode).toBe(0);
  const environment = parseEnv(said);
  expect(new Set(Object.keys(environment))).toEqual(
    new Set([
      'VONAGE_API_HOST',
      'VONAGE_API_KEY',
      'VONAGE_API_SECRET',
      'VONAGE_APPLICATION_ID',
      'VONAGE_PRIVATE_KEY',
      'VONAGE_SIGNATURE_SECRET',
      'VONAGE_NUMBER',
    ]),
  );
  expect(said).toContain(`Seed ${sandbox?.seed}`);
  const vonage = new Vonage(
    {
      applicationId: environment['VONAGE_APPLICATION_ID'] ?? '',
      privateKey: environment['VONAGE_PRIVATE_KEY'] ?? '',
    },
    { apiHost: environment['VONAGE_API_HOST'] ?? '' },
  );
  await expect(vonage.messages.send(textTo(ORDINARY_NUMBER))).resolves.toMatchObject({
    messageUUID: expect.any(String),
  });
  await receiver.first(2);
  await receiver.stop();
});

it.each(['a#b', `"it's`, '`a` "b"', ' a b ', '$HOME\\n', '#', "it's\\n", "`it's` $", 'a\nb'])(
  'prints the secret %s so that it is read as it was given',
  async (secret) => {
    const flags = [`--api-secret=${secret}`, `--signature-secret=${secret}`];
    const { said } = await run(['--port', '0', ...flags]);
    expect(parseEnv(said)).toMatchObject({
      VONAGE_API_SECRET: secret,
      VONAGE_SIGNATURE_SECRET: secret,
    });
  },
);

it('prefers the quotes that every reader of an .env file knows', async () => {
  const { said } = await run(['--port', '0', "--api-secret=it's"]);
  expect(said).toContain(`VONAGE_API_SECRET="it's"`);
});

it.each(['\'`"', "'`\\n", 'a\r'])('refuses the secret %j, which no quotes hold', async (secret) => {
  const { exitCode, complained, said } = await run(['--port', '0', `--api-secret=${secret}`]);
  expect([exitCode, said]).toEqual([2, '']);
  expect(complained).toBe(
    'Settings: --api-secret is not valid: it takes a text that quotes in an .env file can hold: ' +
      'no carriage return, and no \', or no ", \\n and \\r, or no `. See --help.',
  );
});

it('explains itself', async () => {
  const { said, sandbox, exitCode } = await run(['--help']);
  expect([sandbox, exitCode]).toEqual([null, 0]);
  expect(said).toBe(helpText());
  expect(said).toContain('--retry-time-scale');
});

it('reads flags and the environment, and lets the flag win', () => {
  const environment = {
    SANDBOX_PORT: '1',
    SANDBOX_SEED: '7',
    SANDBOX_REQUESTS_PER_SECOND: 'none',
    SANDBOX_REPEAT_TOKEN: 'true',
    SANDBOX_FAILOVER_MESSAGE_UUID: 'shared',
    SANDBOX_PUBLIC_KEY: credentials.publicKey.replaceAll('\n', '\\n'),
    OTHER: 'x',
  };
  const args = ['--port', '2', '--default-story', 'mixed', '--inbound-url', 'none'];
  expect(readCommand(args, environment)).toEqual({
    kind: 'start',
    settings: {
      port: 2,
      seed: 7,
      requestsPerSecond: null,
      repeatToken: true,
      failoverMessageUuid: 'shared',
      publicKey: credentials.publicKey,
      defaultStory: 'mixed',
      inboundUrl: null,
    },
  });
});

it('names every mistake at once with what is valid, and never a value', async () => {
  const args = ['--time-scale=-3', '--seed', 'lucky', '--default-story', 'happy'];
  const { said, complained, sandbox, exitCode } = await run(args, {
    SANDBOX_PORT: '99999',
    SANDBOX_STATUS_URL: 'secret-place',
    SANDBOX_PUBLIC_KEY: fileURLToPath(import.meta.url),
  });
  expect([sandbox, exitCode]).toEqual([null, 2]);
  for (const [name, takes] of [
    ['--time-scale', 'a number above 0'],
    ['--seed', 'a whole number from 0 to 4294967295'],
    ['--default-story', 'delivered, '],
    ['SANDBOX_PORT', 'a whole number from 0 to 65535'],
    ['SANDBOX_STATUS_URL', 'an http or https URL, or none'],
    ['SANDBOX_PUBLIC_KEY', 'an RSA public key as PEM, or a file with one'],
  ]) {
    expect(complained).toContain(`${name} is not valid: it takes ${takes}`);
  }
  expect(complained).not.toMatch(/-3|lucky|happy|99999|secret-place/);
  // Its output may be kept as an `.env` file.
  expect(said).toBe('');
});

it('does not know a flag that it does not have', async () => {
  expect(await run(['--nonsense'])).toMatchObject({ exitCode: 2, sandbox: null });
});

it('reads a key from a file and then keeps quiet about the private one', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const path = join(folder, 'public.pem');
  await writeFile(path, credentials.publicKey);
  const { said } = await run(['--port', '0', '--public-key', path]);
  expect(said).not.toContain('PRIVATE KEY-----');
  await rm(folder, { recursive: true });
});

it('never tells the private half of a key', async () => {
  const publicKey = credentials.privateKey;
  const { sandbox } = await startSetting({ publicKey });
  const path = `/v2/applications/${credentials.applicationId}`;
  const { body } = await call(`${sandbox.url}${path}`, {
    method: 'GET',
    headers: { authorization: basic() },
  });
  expect(body).toMatchObject({ keys: { public_key: credentials.publicKey } });
  const command = readCommand([], { SANDBOX_PUBLIC_KEY: publicKey });
  expect(command).toMatchObject({ settings: { publicKey: credentials.publicKey } });
});

it('says why it cannot start when its port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { exitCode, said, complained } = await run(['--port', String(port)]);
  expect(exitCode).toBe(1);
  expect(complained).toContain('EADDRINUSE');
  expect(said).toBe('');
  server.close();
});

it.each([
  ['a public key that is none', { publicKey: 'x' }],
  ['a public key that checks no bearer token', { publicKey: ellipticKey }],
  ['an address that is none', { statusUrl: 'x' }],
  ['an address of another kind', { inboundUrl: 'ftp://example.com' }],
])('refuses to start with %s', async (_, options) => {
  await expect(startSandbox({ ...credentials, ...options })).rejects.toThrow(/./);
});

it('refuses to be pointed at an address that is none', async () => {
  const { sandbox } = await startSetting();
  expect(() => sandbox.configure({ statusUrl: 'x' })).toThrow('Invalid URL');
});

it('makes other credentials each time', async () => {
  const other = await createSandboxCredentials();
  for (const [name, value] of Object.entries(other)) {
    expect(value).not.toBe(credentials[name as keyof typeof credentials]);
  }
});

it('stops at once, whatever it is in the middle of', async () => {
  const setting = await startSetting({ timeScale: 1 });
  const { sandbox, receiver } = setting;
  receiver.answer(() => 'silence');
  const held = send(sandbox.url, smsTo('447700980020'), basic()).catch(() => 'cut off');
  const slow = send(sandbox.url, smsTo('447700980008'), basic()).catch(() => 'cut off');
  sandbox.sendStatus({ status: 'delivered', copies: 3 });
  await receiver.first(3);
  const settled = sandbox.settled();
  await setting.stop();
  // The slow answer takes twenty seconds: it would have arrived if the stop had waited for it.
  expect(await held).toBe('cut off');
  expect(await slow).toBe('cut off');
  await settled;
  await expect(fetch(sandbox.url)).rejects.toThrow('fetch failed');
  await sandbox.stop();
});
