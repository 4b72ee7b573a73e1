import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv, promisify } from 'node:util';
import { verifySignature } from '@vonage/jwt';
import { Vonage } from '@vonage/server-sdk';
import { startReceiver, statusesOf, tokenOf, type Receiver } from './receiver.js';
import { badRequests, goodRequests } from './send-requests.js';
import { ORDINARY_NUMBER, startSetting, stopSettings, textTo } from './setting.js';
import { basic, call } from './wire.js';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** A build, a pack and an installation. */
const INSTALL_MS_MAX = 300_000;

/** An empty folder into which the packed package is installed, without a network. */
let folder: string;
let bin: string;
let receiver: Receiver;
let program: ChildProcess;
let environment: NodeJS.Dict<string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vonage-sandbox-'));
  await run('npm', ['pack', '--pack-destination', folder], { cwd: packageFolder });
  const [tarball = ''] = await readdir(folder);
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], {
    cwd: folder,
  });
  bin = join(folder, 'node_modules/.bin/vonage-sandbox');
  receiver = await startReceiver();
  const flags = ['--port=0', '--time-scale=0.001', '--requests-per-second=none'];
  program = spawn(process.execPath, [bin, ...flags, `--status-url=${receiver.url}`], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { stdout } = program;
  if (stdout === null) throw new Error('its output is piped');
  const [introduction] = (await once(stdout, 'data')) as [Buffer];
  environment = parseEnv(introduction.toString('utf8'));
}, INSTALL_MS_MAX);

afterAll(async () => {
  program.kill('SIGKILL');
  await receiver.stop();
  await stopSettings();
  await rm(folder, { recursive: true });
});

it('installs nothing but itself', async () => {
  const installed = await readdir(join(folder, 'node_modules'));
  expect(installed.filter((name) => !name.startsWith('.'))).toEqual(['vonage-sandbox']);
});

it('takes a message from the SDK and sends signed webhooks', async () => {
  const { VONAGE_APPLICATION_ID: applicationId = '', VONAGE_PRIVATE_KEY: privateKey = '' } =
    environment;
  const vonage = new Vonage(
    { applicationId, privateKey },
    { apiHost: environment['VONAGE_API_HOST'] ?? '' },
  );
  await vonage.messages.send(textTo(ORDINARY_NUMBER));
  const callbacks = await receiver.first(2);
  expect(statusesOf(callbacks)).toEqual(['submitted', 'delivered']);
  for (const callback of callbacks) {
    expect(verifySignature(tokenOf(callback), environment['VONAGE_SIGNATURE_SECRET'] ?? '')).toBe(
      true,
    );
  }
});

it('judges requests as its sources do, although its validators were compiled by the build', async () => {
  const { sandbox } = await startSetting({ statusUrl: null });
  const key = `${environment['VONAGE_API_KEY']}:${environment['VONAGE_API_SECRET']}`;
  const judgedBy = async (url: string, authorization: string, body: object) => {
    const answer = await call(`${url}/v1/messages`, { body, headers: { authorization } });
    return { status: answer.status, faults: answer.body['invalid_parameters'] };
  };
  for (const [, request] of [...goodRequests, ...badRequests]) {
    const body = { ...request, webhook_url: undefined };
    const packed = await judgedBy(
      environment['VONAGE_API_HOST'] ?? '',
      `Basic ${Buffer.from(key).toString('base64')}`,
      body,
    );
    expect(packed).toEqual(await judgedBy(sandbox.url, basic(), body));
  }
});

it('tells its version and its help', async () => {
  const { stdout: version } = await run(process.execPath, [bin, '--version']);
  expect(version).toMatch(/^\d+\.\d+\.\d+\n$/);
  const { stdout: help } = await run(process.execPath, [bin, '--help']);
  expect(help).toContain('vonage-sandbox [flags]');
});

it('ends by itself when it is asked to', async () => {
  const ended = once(program, 'exit');
  program.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
