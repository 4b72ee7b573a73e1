import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { backUpLedger } from '../../../src/adapters/event-store/sqlite/back-up-ledger.js';
import { COMPILE_MS_MAX, compiledProgram } from '../../support/processes/compiled.js';
import { SettableTime } from '../../support/doubles/settable-time.js';
import { eventually } from '../../support/watching/eventually.js';
import { runCommand, type Finished } from '../../support/processes/run-command.js';
import { ledgerOf, listed, sending, untilHeld } from '../../support/worlds/held-ledger.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

beforeAll(compiledProgram, COMPILE_MS_MAX);

afterEach(stopWaybills);

const sentTo = ({ sandbox }: Waybill, to: string): number =>
  sandbox.messages().filter((one) => one.to === to).length;

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
  expect(await untilHeld(waybill)).toMatchObject({
    cause: 'restored-copy',
    reason: expect.stringContaining('erased since then may be in it again'),
  });
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

it('makes no call for hundreds that waited in a backup, before an operator decides', async () => {
  const time = new SettableTime(Date.now());
  const waybill = await startWaybill({ time });
  await waybill.api.post('/v1/sending/hold', { reason: 'A copy is made.' });
  const count = 300;
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
