import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiKey, parseApiKeys } from '../../src/application/access/api-keys.js';
import { COMPILE_MS_MAX, compiledProgram } from '../support/processes/compiled.js';
import { runCommand } from '../support/processes/run-command.js';
import { eventually } from '../support/watching/eventually.js';
import { recipient, startWaybill, stopWaybills, type Waybill } from '../support/worlds/waybill.js';

const key = createApiKey('person', ['send', 'read', 'audit', 'admin']);
let running: Waybill;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'waybill-json-'));
  running = await startWaybill({ config: { apiKeys: parseApiKeys(key.configured).keys } });
  await compiledProgram();
}, COMPILE_MS_MAX);

afterAll(async () => {
  await stopWaybills();
  await rm(directory, { recursive: true, force: true });
});

const waybill = (...args: string[]) =>
  runCommand('commands/waybill.js', args, {
    WAYBILL_URL: running.url,
    WAYBILL_API_KEY: key.key,
    DATA_DIR: running.directory,
  });

/** Runs a command with `--json`, and parses its output: one JSON document and nothing else. */
async function jsonOf(...args: string[]): Promise<Readonly<Record<string, unknown>>> {
  const { exitCode, output, errors } = await waybill(...args, '--json');
  expect([exitCode, errors]).toEqual([0, expect.not.stringMatching(/Error/)]);
  return JSON.parse(output) as Readonly<Record<string, unknown>>;
}

it('makes, lists and revokes keys', async () => {
  const configured = await jsonOf('keys', 'create', 'shop', 'send+read');
  expect(configured).toMatchObject({ name: 'shop', scopes: ['send', 'read'] });
  expect(configured['configured']).toMatch(/^shop:/);
  const made = await jsonOf('keys', 'create', 'till', 'send', '--service');
  expect(made).toMatchObject({ name: 'till', key: expect.any(String) });
  const { items } = await jsonOf('keys', 'list');
  expect(items).toContainEqual(expect.objectContaining({ name: 'till', state: 'active' }));
  expect(await jsonOf('keys', 'revoke', 'till')).toMatchObject({
    name: 'till',
    revokedAt: expect.any(String),
  });
});

it.each(['release', 'resume'])(
  '%s: the state of sending, and the hold that ended',
  async (name) => {
    await jsonOf('hold', '--reason', 'the campaign is wrong');
    expect(await jsonOf(name)).toMatchObject({
      state: 'flowing',
      released: { reason: 'the campaign is wrong', waiting: { normal: 0 } },
    });
    expect(await jsonOf(name)).toMatchObject({ state: 'flowing', released: null });
  },
);

it('verifies, copies and rebuilds a ledger', async () => {
  await jsonOf('send', '--to', recipient(), '--text', 'Hello', '--follow', '0');
  const verified = await eventually(async () => {
    const { exitCode, output } = await waybill('verify', '--json');
    return exitCode === 0 ? output : undefined;
  });
  expect(JSON.parse(verified)).toMatchObject({ verified: true, faults: [], replaces: null });
  const copy = join(directory, 'copy');
  expect(await jsonOf('backup', copy)).toMatchObject({
    file: join(copy, 'ledger.sqlite'),
    events: expect.any(Number),
    keyStore: expect.stringContaining(copy),
    deliveries: join(copy, 'deliveries.sqlite'),
  });
  expect(await jsonOf('rebuild', 'messages')).toMatchObject({
    projections: [{ projection: 'messages', events: expect.any(Number) }],
    damaged: [],
  });
});

it('copies a backup into another ledger, and knows its key store', async () => {
  const copy = join(directory, 'backup');
  const { events } = await jsonOf('backup', copy);
  // A backup leaves the master key where it is.
  await copyFile(join(running.directory, 'master-key'), join(copy, 'master-key'));
  const moved = join(directory, 'moved');
  expect(await jsonOf('migrate-ledger', '--from', copy, '--to', moved)).toEqual({
    events: Number(events) + 1,
    alreadyThere: 0,
    held: true,
    keyStore: { persons: expect.any(Number), keys: expect.any(Number) },
    endpoints: 0,
    encrypted: null,
    unreadable: null,
  });
  const args = ['accept-key-store', '--lost', '--json'];
  const own = await runCommand('commands/waybill.js', args, { DATA_DIR: moved });
  expect([own.exitCode, JSON.parse(own.output)]).toEqual([0, { accepted: false }]);
});

it('takes no empty word for a directory, as a script with an unset variable gives it', async () => {
  const { exitCode, errors } = await waybill('backup', '');
  expect([exitCode, errors]).toEqual([2, expect.stringContaining('Name one directory.')]);
});

it('tells a fault on the other stream, with the same exit code', async () => {
  const failed = await waybill('backup', join(directory, 'other'), '--from', directory, '--json');
  expect([failed.exitCode, failed.output]).toEqual([1, '']);
  expect(failed.errors).toMatch(/There is no ledger in/);
});
