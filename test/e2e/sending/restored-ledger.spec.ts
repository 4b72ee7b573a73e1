import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { backUpLedger } from '../../../src/adapters/event-store/sqlite/back-up-ledger.js';
import { keyFile } from '../../../src/adapters/key-store/sqlite/sqlite-key-table.js';
import { COMPILE_MS_MAX, compiledProgram } from '../../support/processes/compiled.js';
import { newMasterKey } from '../../../src/adapters/key-store/master-keys.js';
import { newSigningKey } from '../../../src/adapters/transparency-log/signing-key-file.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { eventually } from '../../support/watching/eventually.js';
import { runCommand, type Finished } from '../../support/processes/run-command.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

beforeAll(compiledProgram, COMPILE_MS_MAX);

afterEach(stopWaybills);

interface SendingShown {
  readonly state: string;
  readonly cause: string | null;
  readonly reason: string | null;
  readonly waiting: Readonly<Record<'high' | 'normal' | 'bulk', number>>;
}

const sending = async ({ api }: Waybill): Promise<SendingShown> =>
  (await api.get('/v1/sending')).as<SendingShown>(200);

const untilHeld = (waybill: Waybill): Promise<SendingShown> =>
  eventually(async () => {
    const shown = await sending(waybill);
    if (shown.state === 'held' && shown.waiting.normal > 0) return shown;
    throw new Error(JSON.stringify(shown));
  });

const sentTo = ({ sandbox }: Waybill, to: string): number =>
  sandbox.messages().filter((one) => one.to === to).length;

const listed = async ({ api }: Waybill): Promise<readonly string[]> => {
  const list = (await api.get('/v1/messages')).as<{ items: readonly { id: string }[] }>(200);
  return list.items.map(({ id }) => id);
};

const ledgerOf = ({ directory }: Waybill): string => join(directory, 'ledger.sqlite');

/** Starts a service whose ledger was restored to a time when a message waited that has been sent since. */
async function restored(
  copy: (waybill: Waybill, older: string) => Promise<unknown>,
  putBack: (waybill: Waybill, older: string) => Promise<void>,
): Promise<{ waybill: Waybill; to: string; id: string; lost: string }> {
  const waybill = await startWaybill();
  await waybill.api.post('/v1/sending/hold', { reason: 'A copy is made.' });
  const to = recipient();
  const id = await waybill.send(to);
  const older = join(waybill.directory, 'older');
  await copy(waybill, older);
  await waybill.api.post('/v1/sending/release', { reason: 'Copied.' });
  await waybill.until(id, 'delivered');
  const lost = await waybill.send(recipient());
  await waybill.until(lost, 'delivered');
  await eventually(async () => (await listed(waybill)).length === 2);
  await waybill.stop();
  await putBack(waybill, join(older, 'ledger.sqlite'));
  await waybill.start();
  return { waybill, to, id, lost };
}

const backUp = ({ directory }: Waybill, older: string): Promise<unknown> =>
  backUpLedger(directory, older);

/** Copies the files as an operator does: the copy has the identity of the original. */
async function copyFiles(waybill: Waybill, older: string): Promise<void> {
  await waybill.stop();
  await mkdir(older);
  await copyFile(ledgerOf(waybill), join(older, 'ledger.sqlite'));
  await waybill.start();
}

const replaceLedger = async (waybill: Waybill, older: string): Promise<void> => {
  for (const suffix of ['-wal', '-shm']) await rm(`${ledgerOf(waybill)}${suffix}`, { force: true });
  await copyFile(older, ledgerOf(waybill));
};

it('sends nothing from a ledger that was put back, rebuilds what is ahead of it, and says so', async () => {
  const { waybill, to, id, lost } = await restored(copyFiles, replaceLedger);
  expect(await untilHeld(waybill)).toMatchObject({ cause: 'restored-copy' });
  expect(waybill.log.says('The read models are not those of this ledger')).toBe(true);
  await eventually(async () => !(await listed(waybill)).includes(lost));
  const undecided = await waybill.api.post('/v1/sending/release', { reason: 'x' });
  expect(undecided.status).toBe(409);
  expect(sentTo(waybill, to)).toBe(1);

  const since = await waybill.send(recipient());
  const scheduled = await waybill.send(recipient(), {
    sendAt: new Date(Date.now() + 3_600_000).toISOString(),
  });
  const decision = { reason: 'Restored.', waiting: 'unknown' };
  expect((await waybill.api.post('/v1/sending/release', decision)).status).toBe(200);
  await waybill.until(since, 'delivered');
  const inDoubt = await waybill.message(id);
  expect(inDoubt.status).toBe('unknown');
  expect(inDoubt.explanation).toContain('restored from an older copy');
  expect((await waybill.message(scheduled)).status).toBe('scheduled');
  expect(sentTo(waybill, to)).toBe(1);

  await waybill.stop();
  await waybill.start();
  expect(await sending(waybill)).toMatchObject({ state: 'flowing' });
  await waybill.until(await waybill.send(recipient()), 'delivered');
});

const resume = ({ url }: Waybill, ...args: readonly string[]): Promise<Finished> =>
  runCommand('commands/resume.js', args, { WAYBILL_URL: url });

it('asks an operator at the terminal what becomes of what waited, and does it', async () => {
  const { waybill, to, id } = await restored(copyFiles, replaceLedger);
  await untilHeld(waybill);
  const undecided = await resume(waybill);
  expect(undecided).toMatchObject({ exitCode: 2 });
  expect(undecided.errors).toContain('--waiting');
  expect(await sending(waybill)).toMatchObject({ state: 'held' });
  expect(await resume(waybill, '--waiting', 'unknown')).toMatchObject({ exitCode: 0 });
  expect((await waybill.message(id)).status).toBe('unknown');
  await waybill.until(await waybill.send(recipient()), 'delivered');
  expect(sentTo(waybill, to)).toBe(1);
  const again = await resume(waybill, '--waiting', 'send');
  expect(again.output).toContain('Sending is not held');
});

it('sends what waited where an operator says so at the terminal', async () => {
  const { waybill, to, id } = await restored(copyFiles, replaceLedger);
  await untilHeld(waybill);
  expect(await resume(waybill, '--waiting', 'send')).toMatchObject({ exitCode: 0 });
  await waybill.until(id, 'delivered');
  expect(sentTo(waybill, to)).toBe(2);
});

it('holds a copy that was made while an earlier copy was held', async () => {
  const { waybill } = await restored(copyFiles, replaceLedger);
  await untilHeld(waybill);
  const to = recipient();
  const id = await waybill.send(to);
  const older = join(waybill.directory, 'older still');
  await backUp(waybill, older);
  await waybill.api.post('/v1/sending/release', { reason: 'Restored.', waiting: 'send' });
  await waybill.until(id, 'delivered');
  await waybill.stop();
  await replaceLedger(waybill, join(older, 'ledger.sqlite'));
  await waybill.start();
  await untilHeld(waybill);
  await waybill.api.post('/v1/sending/release', { reason: 'Restored.', waiting: 'unknown' });
  expect((await waybill.message(id)).status).toBe('unknown');
  await waybill.stop();
  await waybill.start();
  await waybill.until(await waybill.send(recipient()), 'delivered');
  expect(sentTo(waybill, to)).toBe(1);
});

it('sends what waited where an operator says so', async () => {
  const { waybill, to, id } = await restored(copyFiles, replaceLedger);
  await untilHeld(waybill);
  await waybill.api.post('/v1/sending/release', { reason: 'Restored.', waiting: 'send' });
  await waybill.until(id, 'delivered');
  expect(sentTo(waybill, to)).toBe(2);
});

it('starts held on a backup, once', async () => {
  const { waybill } = await restored(backUp, async (running, older) => {
    // The read models are missing, so only the mark of the backup can reveal the restore.
    const files = await readdir(running.directory);
    const models = files.filter((name) => name.startsWith('read-model'));
    for (const name of models) await rm(join(running.directory, name));
    await replaceLedger(running, older);
  });
  expect(await untilHeld(waybill)).toMatchObject({ cause: 'restored-copy' });
});

it('makes no call for a thousand that waited in a backup, before an operator decides', async () => {
  const time = new SettableTime(Date.now());
  const waybill = await startWaybill({ time });
  await waybill.api.post('/v1/sending/hold', { reason: 'A copy is made.' });
  const count = 1_000;
  const to = recipient();
  const messages = Array.from({ length: count }, () => ({ to, text: 'Hello' }));
  expect((await waybill.api.post('/v1/messages/batch', { messages })).status).toBe(202);
  const older = join(waybill.directory, 'older');
  await backUp(waybill, older);
  // A report would prove that its message was sent, which then waits no more.
  waybill.sandbox.pauseCallbacks();
  await waybill.api.post('/v1/sending/release', { reason: 'Copied.' });
  await eventually(async () => {
    time.pass(50);
    return waybill.sandbox.requests().length > 20;
  });
  await waybill.stop();
  const called = waybill.sandbox.requests().length;
  await replaceLedger(waybill, join(older, 'ledger.sqlite'));
  await waybill.start();

  const allWait = async () => (await sending(waybill)).waiting.normal === count;
  await eventually(allWait);
  // An automatic hold would have been probed by now.
  for (let minute = 0; minute < 10; minute++) {
    time.pass(60_000);
    expect(await allWait()).toBe(true);
  }
  expect(await sending(waybill)).toMatchObject({ state: 'held', cause: 'restored-copy' });
  expect(waybill.sandbox.requests()).toHaveLength(called);
  const decision = { reason: 'Restored.', waiting: 'unknown' };
  expect((await waybill.api.post('/v1/sending/release', decision)).status).toBe(200);
  await eventually(async () => (await sending(waybill)).waiting.normal === 0);
  expect(waybill.sandbox.requests()).toHaveLength(called);
});

it('holds sending where the ledger is gone and its read models are not', async () => {
  const waybill = await startWaybill();
  const id = await waybill.send(recipient());
  await waybill.until(id, 'delivered');
  await eventually(async () => (await listed(waybill)).length === 1);
  await waybill.stop();
  for (const suffix of ['', '-wal', '-shm'])
    await rm(`${ledgerOf(waybill)}${suffix}`, { force: true });
  await waybill.start();
  await waybill.send(recipient());
  expect(await untilHeld(waybill)).toMatchObject({
    cause: 'restored-copy',
    waiting: { high: 0, normal: 1, bulk: 0 },
  });
  await eventually(async () => !(await listed(waybill)).includes(id));
});

it('holds sending where the read models on PostgreSQL are those of another ledger', async () => {
  const postgres = await startPostgres();
  try {
    const readModel = { kind: 'postgres', url: await postgres.newDatabase() } as const;
    const one = await startWaybill({ config: { readModel } });
    const id = await one.send(recipient());
    await one.until(id, 'delivered');
    await eventually(async () => (await listed(one)).includes(id));
    await one.stop();
    // It is longer than the first, so only its identity shows that it is another ledger.
    const longer = await startWaybill();
    const there = await Promise.all(Array.from({ length: 5 }, () => longer.send(recipient())));
    for (const sent of there) await longer.until(sent, 'delivered');
    await longer.stop();
    const { masterKeys } = longer.config;
    const other = await startWaybill({ config: { readModel, masterKeys }, started: false });
    await copyFile(ledgerOf(longer), ledgerOf(other));
    // The key store belongs to the ledger, and comes with it.
    await copyFile(keyFile(longer.directory), keyFile(other.directory));
    await other.start();
    await eventually(async () => (await sending(other)).state === 'held');
    const waiting = await other.send(recipient());
    expect(await untilHeld(other)).toMatchObject({
      cause: 'restored-copy',
      waiting: { high: 0, normal: 1, bulk: 0 },
    });
    await eventually(
      async () => (await listed(other)).toSorted().join() === [...there, waiting].toSorted().join(),
    );
    await other.api.post('/v1/sending/release', { reason: 'It is new.', waiting: 'unknown' });
    await other.until(waiting, 'delivered');
    await other.stop();
  } finally {
    await stopWaybills();
    await postgres.stop();
  }
});

/** Another server with the first records of this one, as after the restore of its backup. */
async function olderCopyOf({ ledger }: EventStoreDbDouble, records: number) {
  const older = await EventStoreDbDouble.start();
  for (const record of ledger.records.slice(0, records)) {
    if (!record.stream.startsWith('$')) older.ledger.append(record.stream, [record], 'any');
  }
  return older;
}

it('holds sending where EventStoreDB was put back, and rebuilds the read models that are ahead of it', async () => {
  const postgres = await startPostgres();
  const double = await EventStoreDbDouble.start();
  const shared = {
    readModel: { kind: 'postgres', url: postgres.url } as const,
    masterKeys: { keys: [newMasterKey()], file: null },
    log: { signingKey: newSigningKey(), keyFile: null, checkpointFile: null, host: 'localhost' },
  };
  const on = ({ url }: EventStoreDbDouble) =>
    startWaybill({ config: { ...shared, eventStore: { kind: 'eventstoredb', url } } });
  let older = double;
  try {
    const before = await on(double);
    const kept = await before.send(recipient());
    await before.until(kept, 'delivered');
    const backedUp = double.ledger.records.length;
    const lost = await before.send(recipient());
    await before.until(lost, 'delivered');
    await eventually(async () => (await listed(before)).length === 2);
    // Both messages are signed.
    await eventually(async () => {
      const { body } = await before.api.get(`/v1/messages/${lost}/proof`);
      return (body as { readonly waiting?: number }).waiting === 0;
    });
    await before.stop();
    double.stop();
    older = await olderCopyOf(double, backedUp);

    const after = await on(older);
    const waiting = await after.send(recipient());
    expect(await untilHeld(after)).toMatchObject({
      cause: 'restored-copy',
      waiting: { high: 0, normal: 1, bulk: 0 },
    });
    await eventually(async () => (await listed(after)).join() === [waiting, kept].join());
    // It is held once for one proof, also after another start.
    await after.stop();
    await after.start();
    await untilHeld(after);
    expect((await listed(after)).join()).toBe([waiting, kept].join());
    await after.api.post('/v1/sending/release', { reason: 'It is known.', waiting: 'send' });
    await after.until(waiting, 'delivered');
    await after.stop();
    await after.start();
    const later = await after.send(recipient());
    await after.until(later, 'delivered');
    expect(await sending(after)).toMatchObject({ state: 'flowing' });
    const holds = await after.api.get('/v1/sending/holds');
    expect(holds.as<{ items: readonly object[] }>(200).items).toHaveLength(1);
  } finally {
    await stopWaybills();
    older.stop();
    await postgres.stop();
  }
});

it('does not take a ledger for a copy that was stopped before anything was recorded', async () => {
  const waybill = await startWaybill();
  await eventually(async () => {
    const list = await waybill.api.get('/v1/messages');
    return list.as<{ asOf: { time: string | null } }>(200).asOf.time !== null;
  });
  await waybill.stop();
  await waybill.start();
  const id = await waybill.send(recipient());
  await waybill.until(id, 'delivered', 15_000);
  expect(await sending(waybill)).toMatchObject({ state: 'flowing' });
  await waybill.end();
});
