import { copyFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { backUpLedger } from '../../src/adapters/event-store/sqlite/back-up-ledger.js';
import { eventually } from '../support/eventually.js';
import { recipient, startWaybill, stopWaybills, type Waybill } from '../support/waybill.js';

afterEach(stopWaybills);

interface SendingShown {
  readonly state: string;
  readonly cause: string | null;
  readonly reason: string | null;
  readonly waiting: number;
}

const sending = async ({ api }: Waybill): Promise<SendingShown> =>
  (await api.get('/v1/sending')).as<SendingShown>(200);

const untilHeld = (waybill: Waybill): Promise<SendingShown> =>
  eventually(async () => {
    const shown = await sending(waybill);
    if (shown.state === 'held' && shown.waiting > 0) return shown;
    throw new Error(JSON.stringify(shown));
  });

const sentTo = ({ sandbox }: Waybill, to: string): number =>
  sandbox.messages().filter((one) => one.to === to).length;

const listed = async ({ api }: Waybill): Promise<readonly string[]> => {
  const list = (await api.get('/v1/messages')).as<{ items: readonly { id: string }[] }>(200);
  return list.items.map(({ id }) => id);
};

const ledgerOf = ({ directory }: Waybill): string => join(directory, 'ledger.sqlite');

/** A service whose ledger was put back to a time at which a message waited that has been sent since. */
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

/** As an operator copies a file: it has the identity of the original. */
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

it('sends what waited where an operator says so', async () => {
  const { waybill, to, id } = await restored(copyFiles, replaceLedger);
  await untilHeld(waybill);
  await waybill.api.post('/v1/sending/release', { reason: 'Restored.', waiting: 'send' });
  await waybill.until(id, 'delivered');
  expect(sentTo(waybill, to)).toBe(2);
});

it('starts held on a backup, once', async () => {
  const { waybill } = await restored(backUp, async (running, older) => {
    // Without its read models, so that only the mark of the backup can tell.
    const files = await readdir(running.directory);
    const models = files.filter((name) => name.startsWith('read-model'));
    for (const name of models) await rm(join(running.directory, name));
    await replaceLedger(running, older);
  });
  expect(await untilHeld(waybill)).toMatchObject({ cause: 'restored-copy' });
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
  expect(await untilHeld(waybill)).toMatchObject({ cause: 'restored-copy', waiting: 1 });
  await eventually(async () => !(await listed(waybill)).includes(id));
});
