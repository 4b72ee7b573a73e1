import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { SqliteEventStore } from '../../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { KEY_STORE_STREAM, messageStream } from '../../../src/application/streams.js';
import { newEvent } from '../../../testing/events.js';
import { runCommand } from '../../support/processes/run-command.js';
import { join } from 'node:path';
import { newMasterKey } from '../../../src/adapters/key-store/master-keys.js';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

afterAll(stopWaybills);

const ready = ({ api }: Waybill) => api.get('/health/ready?part=ledger');

const keyFiles = async (directory: string): Promise<readonly string[]> =>
  (await readdir(directory)).filter((name) => name.startsWith('keys.sqlite'));

async function copyKeys(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const name of await keyFiles(from)) await copyFile(join(from, name), join(to, name));
}

async function moveKeys(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await keyFiles(to)) await rm(join(to, name));
  for (const name of await keyFiles(from)) await rename(join(from, name), join(to, name));
}

/** Starts a service that has one delivered message, and one person who has opted out. */
async function used(): Promise<{ waybill: Waybill; id: string; to: string; gone: string }> {
  const waybill = await startWaybill();
  const to = recipient();
  const gone = recipient();
  const id = await waybill.send(to);
  await waybill.until(id, 'delivered');
  const barred = await waybill.api.call('PUT', `/v1/suppressions/${gone}`, { reason: 'Asked.' });
  expect(barred.status).toBeLessThan(300);
  await waybill.stop();
  return { waybill, id, to, gone };
}

/** The service says why it does nothing, and shows nobody as erased. */
async function expectRefusal(waybill: Waybill, id: string, gone: string, reason: string) {
  const readiness = await ready(waybill);
  expect(readiness.status).toBe(503);
  expect(readiness.body).toMatchObject({ parts: { ledger: { state: 'failing' } } });
  expect(JSON.stringify(readiness.body)).toContain(reason);
  await eventually(async () =>
    waybill.log.says('The ledger and its key store cannot be used now.'),
  );
  expect((await waybill.trySend({ to: gone })).status).toBe(503);
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  expect((await webhooks.post('status', statusBody('delivered'))).status).toBe(503);
  for (const path of [`/v1/messages/${id}`, `/v1/messages/${id}/events`, `/v1/contacts/${gone}`]) {
    expect((await waybill.api.get(path)).status).toBe(503);
  }
  const list = await waybill.api.get('/v1/messages');
  expect(JSON.stringify(list.body)).not.toContain('erased');
}

async function expectAllWell(waybill: Waybill, id: string, to: string, gone: string) {
  expect((await ready(waybill)).status).toBe(200);
  expect(JSON.stringify(await waybill.message(id))).toContain(to);
  expect((await waybill.trySend({ to: gone })).status).toBe(409);
  await waybill.until(await waybill.send(recipient()), 'delivered');
}

it('does nothing with an empty key store in the place of a lost one, and goes on with the right one', async () => {
  const { waybill, id, to, gone } = await used();
  const away = join(waybill.directory, 'away');
  await moveKeys(waybill.directory, away);
  // Read models are built anew from the ledger, and must not become those of erased persons.
  for (const name of await readdir(waybill.directory)) {
    if (name.startsWith('read-model')) {
      await rm(join(waybill.directory, name), { recursive: true });
    }
  }
  await waybill.start();
  await expectRefusal(waybill, id, gone, 'the key store is not the one of this ledger');
  await waybill.stop();
  await moveKeys(away, waybill.directory);
  await waybill.start();
  await expectAllWell(waybill, id, to, gone);
  expect((await waybill.message(id)).status).toBe('delivered');
});

it('does nothing with another master key', async () => {
  const { waybill, id, to, gone } = await used();
  const file = join(waybill.directory, 'master-key');
  await rename(file, `${file}.away`);
  const { masterKeys } = waybill.config;
  Object.assign(waybill.config, { masterKeys: { keys: [newMasterKey()], file: null } });
  await waybill.start();
  await expectRefusal(waybill, id, gone, 'another master key');
  await waybill.stop();
  await rename(`${file}.away`, file);
  Object.assign(waybill.config, { masterKeys });
  await waybill.start();
  await expectAllWell(waybill, id, to, gone);
  expect((await waybill.message(id)).status).toBe('delivered');
});

it('goes on with another key store once an operator accepts that its own is lost', async () => {
  const { waybill, id, gone } = await used();
  const { directory } = waybill;
  await moveKeys(directory, join(directory, 'lost'));
  await waybill.start();
  expect((await ready(waybill)).status).toBe(503);
  await waybill.stop();
  const accept = (...args: string[]) =>
    runCommand('commands/accept-key-store.js', args, { DATA_DIR: directory });
  expect((await accept()).exitCode).toBe(2);
  const accepted = await accept('--lost');
  expect([accepted.exitCode, accepted.output]).toEqual([0, expect.stringContaining('erased')]);
  expect((await accept('--lost')).output).toContain('Nothing was changed');

  await waybill.start();
  expect((await ready(waybill)).status).toBe(200);
  expect(await waybill.message(id)).toMatchObject({ to: 'erased', status: 'delivered' });
  expect((await waybill.api.get('/v1/sending')).body).toMatchObject({ state: 'held' });
  // The opt-out is not known any more, which is why sending is held.
  const waiting = await waybill.send(gone);
  const released = await waybill.api.post('/v1/sending/release', { reason: 'entered anew' });
  expect(released.status).toBeLessThan(300);
  await waybill.until(waiting, 'delivered');
});

it('holds sending, held already or not, where only the opt-out of a known person is behind its key store', async () => {
  const { waybill, to } = await used();
  const { directory } = waybill;
  const older = join(directory, 'older');
  await copyKeys(directory, older);
  await waybill.start();
  await waybill.until(await waybill.send(to), 'delivered');
  const barred = await waybill.api.call('PUT', `/v1/suppressions/${to}`, { reason: 'Asked.' });
  expect(barred.status).toBeLessThan(300);
  expect((await waybill.api.post('/v1/sending/hold', { reason: 'a restore' })).status).toBe(200);
  await waybill.stop();
  await moveKeys(older, directory);
  await waybill.start();
  const reason = await eventually(async () => {
    const { body } = await waybill.api.get('/v1/sending');
    const told = (body as { reason: string }).reason;
    return told.includes('older than the ledger') ? told : undefined;
  });
  expect(reason).toContain('opt-outs since then are not known');
  const undecided = await waybill.api.post('/v1/sending/release', { reason: 'ready' });
  expect(undecided.status).toBe(409);
  await waybill.stop();
  await waybill.start();
  expect((await waybill.api.get('/v1/sending')).body).toMatchObject({ state: 'held', reason });
  await waybill.stop();
});

it('holds sending where its key store is an older copy, which knows no opt-out since', async () => {
  const { waybill, id, to, gone } = await used();
  const { directory } = waybill;
  const older = join(directory, 'older');
  await copyKeys(directory, older);
  await waybill.start();
  expect((await waybill.api.get('/v1/sending')).body).toMatchObject({ state: 'flowing' });
  const lately = recipient();
  const barred = await waybill.api.call('PUT', `/v1/suppressions/${lately}`, { reason: 'Asked.' });
  expect(barred.status).toBeLessThan(300);
  const erasure = await waybill.api.call('DELETE', `/v1/contacts/${to}/data`, { reason: 'Asked.' });
  expect(erasure.status).toBe(200);
  await waybill.stop();
  await waybill.start();
  // The erased person's keys are missing rightly.
  await waybill.until(await waybill.send(recipient()), 'delivered');
  expect((await waybill.api.get('/v1/sending')).body).toMatchObject({ state: 'flowing' });
  await waybill.stop();

  const newer = join(directory, 'newer');
  await moveKeys(directory, newer);
  await moveKeys(older, directory);
  await waybill.start();
  const held = await eventually(async () => {
    const { body } = await waybill.api.get('/v1/sending');
    return (body as { state: string }).state === 'held' ? body : undefined;
  });
  expect(JSON.stringify(held)).toContain('the key store is older than the ledger');
  const waiting = await waybill.send(lately);
  await waybill.stop();

  await moveKeys(newer, directory);
  await waybill.start();
  expect(await waybill.message(waiting)).toMatchObject({ status: 'accepted' });
  expect((await waybill.trySend({ to: lately })).status).toBe(409);
  expect((await waybill.trySend({ to: gone })).status).toBe(409);
  const put = { reason: 'put back', waiting: 'send' };
  const released = await waybill.api.post('/v1/sending/release', put);
  expect(released.status).toBeLessThan(300);
  await waybill.until(await waybill.send(recipient()), 'delivered');
  expect((await waybill.message(id)).status).toBe('delivered');
});

it('names its key store in a ledger that is older than that, once', async () => {
  const waybill = await startWaybill({ started: false });
  const id = '0195f000-0000-7000-8000-0000000000a1';
  const plain = await SqliteEventStore.open(waybill.directory);
  await plain.append(messageStream(id), [newEvent()], 'no-stream');
  await plain.close();
  for (const _ of ['first', 'second']) {
    await waybill.start();
    await waybill.until(await waybill.send(recipient()), 'delivered');
    await waybill.stop();
  }
  const ledger = await SqliteEventStore.open(waybill.directory);
  const { events } = await ledger.read(KEY_STORE_STREAM);
  await ledger.close();
  expect(events.map(({ event }) => event.type)).toEqual(['KeyStoreBound']);
});
