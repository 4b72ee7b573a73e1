import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, truncate, writeFile, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openLedger } from '../../src/adapters/event-store/event-store.module.js';
import { SqliteLogStore } from '../../src/adapters/transparency-log/sqlite/sqlite-log-store.js';
import { newSigningKeys, RunningSigner, untilSigned } from '../support/worlds/signed-ledger.js';
import { COMPILE_MS_MAX, compiledProgram } from '../support/processes/compiled.js';
import { eventually } from '../support/watching/eventually.js';
import { recipient, startWaybill, stopWaybills, type Waybill } from '../support/worlds/waybill.js';

let program: string;
let waybill: Waybill;
/** The files that a stranger keeps elsewhere. */
let elsewhere: string;

beforeAll(async () => {
  program = `${await compiledProgram()}/commands/verify.js`;
}, COMPILE_MS_MAX);

beforeAll(async () => {
  elsewhere = await mkdtemp(join(tmpdir(), 'waybill-elsewhere-'));
  waybill = await startWaybill();
  const id = await waybill.send(recipient());
  await waybill.until(id, 'delivered');
  const proof = await eventually(async () => {
    const answer = await waybill.api.get(`/v1/messages/${id}/proof`);
    return (answer.body as { waiting?: number }).waiting === 0 ? answer.text : undefined;
  });
  await writeFile(join(elsewhere, 'proof.json'), proof);
  await writeFile(join(elsewhere, 'key'), (await waybill.api.get('/v1/log/key')).text);
  await writeFile(
    join(elsewhere, 'checkpoint'),
    (await waybill.api.get('/v1/log/checkpoint')).text,
  );
  await waybill.stop();
});

afterAll(async () => {
  await stopWaybills();
  await rm(elsewhere, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly output: string;
}

const verify = (...args: readonly string[]): Promise<Ended> => verifyWith({}, ...args);

const verifyWith = (
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', program, ...args],
      { env: { ...process.env, DATA_DIR: waybill.directory, ...environment }, cwd: elsewhere },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });

const PROOF = ['--proof', 'proof.json', '--key', 'key'] as const;

it('finds a ledger as it was signed, also by a checkpoint that was kept elsewhere', async () => {
  const { code, output } = await verify('--since', 'checkpoint', '--key', 'key');
  expect(output).toContain('signed events are as they were signed');
  expect(code).toBe(0);
});

it('checks the proof of a message with neither ledger nor network', async () => {
  const { code, output } = await verify(...PROOF);
  expect(output).toMatch(/All \d+ events are as they were logged/);
  expect(code).toBe(0);
});

it('refuses a proof with a sender that was changed, and names the event', async () => {
  const file = join(elsewhere, 'proof.json');
  const proof = await readFile(file, 'utf8');
  await writeFile(file, proof.replace('447700900001', '447700900002'));
  const { code, output } = await verify(...PROOF);
  await writeFile(file, proof);
  expect(output).toContain('the data of the event are not the ones that were logged');
  expect(code).toBe(1);
});

type Entries = readonly unknown[];

it.each<readonly [string, (entries: Entries) => Entries, string]>([
  ['the first event', (entries) => entries.slice(1), 'event 0 of message-'],
  ['an event in the middle', (entries) => entries.toSpliced(2, 1), 'event 2 of message-'],
  ['the order', (entries) => entries.toReversed(), 'event 0 of message-'],
])('refuses a proof that lacks %s, and names it', async (_, cut, named) => {
  const { entries, ...rest } = JSON.parse(
    await readFile(join(elsewhere, 'proof.json'), 'utf8'),
  ) as { readonly entries: Entries };
  await writeFile(join(elsewhere, 'cut.json'), JSON.stringify({ ...rest, entries: cut(entries) }));
  const { code, output } = await verify('--proof', 'cut.json', '--key', 'key');
  expect(output).toContain(named);
  expect(output).toContain('is missing');
  expect(code).toBe(1);
});

it.each([
  ['there is no such file', ['--proof', 'gone', '--key', 'key'], 'gone cannot be read.'],
  ['there are no checkpoints', ['--since', 'gone'], 'gone cannot be read.'],
  ['another file was given', ['--proof', 'key', '--key', 'key'], 'key holds no proof: it must be'],
  ['the key is none', ['--proof', 'proof.json', '--key', 'x'], 'this is no verifier key: '],
])('says in words what is wrong when %s', async (_, args, words) => {
  const { code, output } = await verify(...args);
  expect(output).toMatch(new RegExp(`^${words}`));
  expect(code).toBe(1);
});

/** Another `DATA_DIR` with the same ledger, and no log of its own. */
async function withoutLog(name: string): Promise<string> {
  const copy = join(elsewhere, name);
  await cp(waybill.directory, copy, { recursive: true });
  for (const end of ['', '-wal', '-shm']) {
    await rm(join(copy, `transparency-log.sqlite${end}`), { force: true });
  }
  return copy;
}

it('counts what a checkpoint from elsewhere covers where there is no log', async () => {
  const DATA_DIR = await withoutLog('restored');
  const size = (await readFile(join(elsewhere, 'checkpoint'), 'utf8')).split('\n')[1];
  const { code, output } = await verifyWith({ DATA_DIR }, '--since', 'checkpoint', '--key', 'key');
  expect(output).toContain(`All ${size} signed events are as they were signed`);
  expect(code).toBe(0);
});

it('asks for the key of a checkpoint from elsewhere, and blames no ledger', async () => {
  const DATA_DIR = await withoutLog('keyless');
  const { code, output } = await verifyWith({ DATA_DIR }, '--since', 'checkpoint');
  expect(output).toMatch(/^checkpoint holds a checkpoint of the log \S+ whose key .* --key\./);
  expect(code).toBe(2);
});

it('checks a checkpoint of the log that the present one replaced by the keys that the store kept', async () => {
  const DATA_DIR = join(elsewhere, 'replaced');
  await cp(waybill.directory, DATA_DIR, { recursive: true });
  const database = new DatabaseSync(join(DATA_DIR, 'transparency-log.sqlite'));
  database.exec(`INSERT INTO logs SELECT number + 1, origin || '-new', 0, NULL, ledger, checkpoint, keys, NULL,
    origin || ' at ' || size || ' entries: restored' FROM logs`);
  database.close();
  const { output } = await verifyWith({ DATA_DIR }, '--since', 'checkpoint');
  expect(output).not.toContain('--since');
});

it.each([
  ['cut off', 8_192],
  ['emptied', 0],
])('names the file of a ledger that was %s', async (_, bytes) => {
  const DATA_DIR = await withoutLog(`cut-${bytes}`);
  for (const end of ['-wal', '-shm']) {
    await rm(join(DATA_DIR, `ledger.sqlite${end}`), { force: true });
  }
  await truncate(join(DATA_DIR, 'ledger.sqlite'), bytes);
  const { code, output } = await verifyWith({ DATA_DIR });
  expect(output).toContain(join(DATA_DIR, 'ledger.sqlite'));
  expect(output).toMatch(bytes === 0 ? /not a ledger/ : /restore a backup: docs/);
  expect(code).toBe(1);
});

it('says where no ledger is, and blames no store for it', async () => {
  const { code, output } = await verifyWith({ DATA_DIR: elsewhere });
  expect(output).toBe(`There is no ledger in ${elsewhere}\n`);
  expect(code).toBe(1);
});

it('blames the key, and not the ledger, for a mistake in it', async () => {
  const { code, output } = await verify('--since', 'checkpoint', '--key', 'missing.txt');
  const words = /^this is no verifier key: .*And there is no file missing\.txt/;
  expect([code, output]).toEqual([1, expect.stringMatching(words)]);
  const empty = await verify(...PROOF.slice(0, -1), '');
  expect(empty).toEqual({ code: 1, output: 'this is no verifier key: it is empty\n' });
  // The keys of the log itself would be believed, as if that one had been given in vain.
  const alone = await verify('--key', 'key');
  expect([alone.code, alone.output]).toEqual([2, expect.stringMatching(/^--key needs --since/)]);
});

it('believes no key of the proof itself', async () => {
  expect(await verify('--proof', 'proof.json')).toMatchObject({ code: 2 });
});

it('compares checkpoints in CHECKPOINT_FILE of a log that was removed', async () => {
  const checkpoint = await readFile(join(elsewhere, 'checkpoint'), 'utf8');
  const [origin = '', size = ''] = checkpoint.split('\n');
  const renamed = (text: string): string => text.replaceAll(origin, `${origin}-removed`);
  const withFile = async (text: string): Promise<Ended> => {
    await writeFile(join(elsewhere, 'outside'), `${text}\n`);
    return verifyWith({ CHECKPOINT_FILE: 'outside' });
  };
  expect((await withFile(renamed(checkpoint))).code).toBe(0);
  const root = Buffer.alloc(32, 7).toString('base64');
  const other = renamed(checkpoint.replace(/^(.*\n\d+\n).*/, `$1${root}`));
  const { code, output } = await withFile(other);
  expect(output).toContain(
    `The checkpoint of ${size} events (CHECKPOINT_FILE, of the log ${origin}-removed`,
  );
  expect(code).toBe(1);
});

it('believes no log that is signed with another key, though it says that it replaced the one before', async () => {
  const forged = await withoutLog('forged');
  alterSender(forged);
  const ledger = await openLedger({ kind: 'sqlite', directory: forged });
  const log = join(forged, 'transparency-log.sqlite');
  const store = new SqliteLogStore(log);
  const signer = new RunningSigner(ledger, store, { keys: newSigningKeys() });
  await untilSigned(store, 1);
  await signer.stop();
  await store.close();
  await ledger.store.close();
  const checkpoint = await readFile(join(elsewhere, 'checkpoint'), 'utf8');
  const database = new DatabaseSync(log);
  const replaces = `${checkpoint.split('\n')[0]} at 1 entries: lost`;
  database.prepare('UPDATE logs SET replaces = ?').run(replaces);
  database.close();
  const outside = { DATA_DIR: forged, CHECKPOINT_FILE: 'checkpoint' };
  const { code, output } = await verifyWith(outside);
  expect(output).toContain('is not signed by a known key');
  expect(code).toBe(1);
});

function alterSender(directory: string): void {
  const database = new DatabaseSync(join(directory, 'ledger.sqlite'));
  database.exec(`DROP TRIGGER events_are_never_changed;
    UPDATE events SET data = replace(data, '447700900001', '447700900002') WHERE type = 'MessageRequested'`);
  database.close();
}

it('names the event that was altered in the ledger', async () => {
  alterSender(waybill.directory);
  const { code, output } = await verify();
  expect(output).toMatch(
    /Event 0 of message-\S+ \(entry \d+ of the log\) was altered: its data differs/,
  );
  expect(code).toBe(1);
});
