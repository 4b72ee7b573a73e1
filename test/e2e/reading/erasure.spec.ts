import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteEventStore } from '../../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { openKeyStore } from '../../../src/adapters/key-store/open-key-store.js';
import { backUpKeys } from '../../../src/adapters/key-store/sqlite/back-up-keys.js';
import { keyFile } from '../../../src/adapters/key-store/sqlite/sqlite-key-table.js';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import { messageStream } from '../../../src/application/streams.js';
import { newEvent, sampleEvents } from '../../../testing/events.js';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import { WebhookReceiver } from '../../support/doubles/webhook-receiver.js';
import { filesWith as filesIn } from '../../support/watching/bytes-left.js';
import { eventually } from '../../support/watching/eventually.js';
import { rebuildBeside } from '../../support/worlds/rebuild-beside.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

const WORDS = 'Zaubertrank-fuer-Miraculix';
const REFERENCE = 'case-of-Obelix';

let waybill: Waybill;

beforeAll(async () => {
  waybill = await startWaybill();
});
afterAll(stopWaybills);

async function erase(
  number: string,
  reason = 'asked by letter',
): Promise<{ readonly status: number; readonly body: object }> {
  const answer = await fetch(`${waybill.url}/v1/contacts/${number}/data`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reason }),
  });
  return { status: answer.status, body: (await answer.json()) as object };
}

/** @returns the id of a received message, once lists show it */
async function receiveFrom(from: string): Promise<string> {
  const uuid = randomUUID();
  waybill.sandbox.sendInbound({ from, to: '447700900001', text: WORDS, message_uuid: uuid });
  await waybill.untilListed(uuid);
  return uuid;
}

/** Files in which a text is left. */
const filesWith = (text: string): readonly string[] => filesIn(waybill.directory, text);

/** The types of events of each erased person, in the order of the erasures. */
function erasures(): readonly (readonly string[])[] {
  const ledger = new DatabaseSync(join(waybill.directory, 'ledger.sqlite'), { readOnly: true });
  const rows = ledger
    .prepare(
      `SELECT group_concat(type ORDER BY revision) AS types FROM events JOIN streams ON number = stream
       WHERE name LIKE 'person-%' GROUP BY stream ORDER BY stream`,
    )
    .all();
  ledger.close();
  return rows.map(({ types }) => String(types).split(','));
}

it('leaves no byte of number and text, keeps what counts, and answers a certificate', async () => {
  const [gone, other] = [recipient(), recipient()];
  const headers = { 'Idempotency-Key': `reminder-${gone}` };
  const more = { to: gone, text: WORDS, reference: REFERENCE };
  const id = ((await waybill.trySend(more, headers)).body as { readonly id: string }).id;
  const kept = await waybill.send(other, { text: 'Hello' });
  await waybill.until(id, 'delivered');
  await waybill.until(kept, 'delivered');
  await eventually(async () => {
    const path = '/v1/messages?status=delivered';
    const list = (await waybill.api.get(path)).as<{ items: readonly { readonly id: string }[] }>(
      200,
    );
    return [id, kept].every((one) => list.items.some((item) => item.id === one));
  });
  const before = (await waybill.api.get('/v1/reports/delivery?groupBy=country')).body;

  const { body: certificate } = await erase(gone);
  expect(certificate).toMatchObject({ keysDestroyed: 1, messages: 1, reason: 'asked by letter' });
  expect(await erase(gone)).toEqual({ status: 200, body: certificate });

  for (const text of [gone, WORDS, REFERENCE]) expect([text, filesWith(text)]).toEqual([text, []]);
  const shown = await waybill.message(id);
  expect(shown).toMatchObject({ to: 'erased', text: 'erased', status: 'delivered' });
  expect(JSON.stringify(await waybill.events(id))).not.toContain(gone);
  expect((await waybill.message(kept)).to).toBe(other);
  expect((await waybill.trySend(more, headers)).status).toBe(410);
  expect(id).not.toBe(uuidIdentifiers.messageIdFor('', headers['Idempotency-Key']));
  const after = (await waybill.api.get('/v1/reports/delivery?groupBy=country')).body as object;
  expect({ ...after, asOf: null }).toEqual({ ...(before as object), asOf: null });
  // The number may be written to again, as somebody who was never known.
  await waybill.until(await waybill.send(gone), 'delivered');
});

it('leaves no byte in a copy of the lists that a rebuild has replaced', async () => {
  const number = recipient();
  const id = await waybill.send(number, { text: WORDS });
  await waybill.until(id, 'delivered');
  await receiveFrom(number);
  await rebuildBeside(waybill);
  await erase(number);
  for (const text of [number, number.split('').toReversed().join(''), WORDS]) {
    expect([text, filesWith(text)]).toEqual([text, []]);
  }
});

it('leaves no byte in a copy of the lists that a killed rebuild has left', async () => {
  const number = recipient();
  await waybill.until(await waybill.send(number, { text: WORDS }), 'delivered');
  await receiveFrom(number);
  for (const projection of ['messages', 'inbound']) {
    const inUse = readdirSync(waybill.directory).find((name) =>
      new RegExp(`^read-model-${projection}-[0-9]+\\.sqlite$`).test(name),
    );
    const copy = new DatabaseSync(join(waybill.directory, inUse ?? ''));
    copy.exec(`VACUUM INTO '${join(waybill.directory, `read-model-${projection}-99.sqlite`)}'`);
    copy.close();
  }
  const backwards = number.split('').toReversed().join('');
  expect(filesWith(backwards)).toContain(join(waybill.directory, 'read-model-messages-99.sqlite'));
  await erase(number);
  for (const text of [number, backwards, WORDS])
    expect([text, filesWith(text)]).toEqual([text, []]);
});

it('lets the service stop while files are overwritten, and completes the erasure when asked again', async () => {
  const number = recipient();
  await waybill.until(await waybill.send(number, { text: WORDS }), 'delivered');
  const listed = async (): Promise<number> =>
    (await waybill.api.get(`/v1/messages?to=${number}`)).as<{ items: object[] }>(200).items.length;
  await eventually(async () => (await listed()) === 1);
  const catalog = new DatabaseSync(join(waybill.directory, 'read-model.sqlite'));
  const inUse = catalog.prepare("SELECT copy FROM copies WHERE projection = 'messages'").get();
  catalog.close();
  const file = join(waybill.directory, `read-model-${String(inUse?.['copy'])}.sqlite`);
  const reader = new DatabaseSync(file);
  // A reader keeps the file from being overwritten.
  reader.exec('BEGIN; SELECT count(*) FROM messages');
  const erasing = erase(number);
  await eventually(async () => (await listed()) === 0);
  await waybill.stop();
  expect(await erasing).toMatchObject({
    status: 503,
    body: {
      type: expect.stringMatching(/erasure-incomplete$/),
      detail: expect.stringContaining('The keys are destroyed'),
    },
  });
  expect(waybill.log.says('the service is stopping')).toBe(true);
  reader.close();
  await waybill.start();
  expect(await erase(number)).toMatchObject({ status: 200, body: { messages: 0 } });
  for (const text of [number, WORDS]) expect([text, filesWith(text)]).toEqual([text, []]);
});

it('records and counts destroyed keys also where somebody reads the file of the key store', async () => {
  const number = recipient();
  await waybill.until(await waybill.send(number, { text: WORDS }), 'delivered');
  const reader = new DatabaseSync(keyFile(waybill.directory), { readOnly: true });
  reader.exec('BEGIN; SELECT count(*) FROM personal_keys');
  expect(await erase(number)).toMatchObject({
    status: 503,
    body: { type: expect.stringMatching(/erasure-incomplete$/) },
  });
  reader.close();
  expect(erasures().at(-1)).toEqual(['PersonErased']);
  const list = (await waybill.api.get(`/v1/messages?to=${number}`)).as<{ items: object[] }>(200);
  expect(list.items).toEqual([]);
  const whole = { keysDestroyed: 1, messages: 1 };
  expect(await erase(number)).toMatchObject({ status: 200, body: whole });
  expect(erasures().at(-1)).toEqual(['PersonErased', 'ErasureCompleted']);
  for (const text of [number, WORDS]) expect([text, filesWith(text)]).toEqual([text, []]);
}, 60_000);

it('completes two erasures that were cut off, although the person wrote in between', async () => {
  const number = recipient();
  const known = erasures().length;
  for (const begun of [1, 2]) {
    await waybill.until(await waybill.send(number), 'delivered');
    const reader = new DatabaseSync(keyFile(waybill.directory), { readOnly: true });
    reader.exec('BEGIN; SELECT count(*) FROM personal_keys');
    expect((await erase(number)).status).toBe(503);
    reader.close();
    expect(erasures().slice(known)).toEqual(Array.from({ length: begun }, () => ['PersonErased']));
  }
  expect((await erase(number)).status).toBe(200);
  const complete = ['PersonErased', 'ErasureCompleted'];
  expect(erasures().slice(known)).toEqual([complete, complete]);
}, 60_000);

it('gives one whole certificate to several who ask at once', async () => {
  const number = recipient();
  for (let sent = 0; sent < 5; sent++) await waybill.send(number);
  const answers = await Promise.all(Array.from({ length: 4 }, () => erase(number)));
  const whole = expect.objectContaining({ keysDestroyed: 1, messages: 5 });
  expect(answers).toEqual(answers.map(() => ({ status: 200, body: whole })));
});

it('withdraws what waits, also what lists have not taken in yet', async () => {
  const number = recipient();
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  const ids: string[] = [];
  for (let sent = 0; sent < 5; sent++) ids.push(await waybill.send(number, { sendAt }));
  expect(await erase(number)).toMatchObject({ status: 200, body: { messages: 5 } });
  const statuses = await Promise.all(ids.map(async (id) => (await waybill.message(id)).status));
  expect(statuses).toEqual(ids.map(() => 'cancelled'));
});

it('refuses a reason with the number in it, and knows no stranger', async () => {
  const number = recipient();
  expect((await erase(number, `It was ${number}`)).status).toBe(400);
  expect((await erase(number)).status).toBe(404);
});

it.each([
  ['messenger', () => `9${randomBytes(8).readBigUInt64BE() % 10n ** 15n}`.padEnd(16, '7')],
  // Without its third digit it would have the length of a number.
  [
    'messenger',
    () => `9102${String(randomBytes(6).readUIntBE(0, 6)).padStart(15, '3').slice(-12)}`,
  ],
  ['whatsapp', () => `GB.${randomBytes(8).toString('hex')}`],
])('erases a person whom %s knows by an id', async (channel, newId) => {
  const person = newId();
  const from = channel === 'messenger' ? 'page-1' : '447700900001';
  const send = { to: person, text: WORDS, channel, from };
  const { body } = await waybill.trySend(send);
  const { id } = body as { readonly id: string };
  expect((await erase(person, `${person} asked`)).status).toBe(400);
  expect(await erase(person)).toMatchObject({ status: 200, body: { messages: 1 } });
  for (const said of [person, WORDS]) expect([said, filesWith(said)]).toEqual([said, []]);
  expect(await waybill.message(id)).toMatchObject({ to: 'erased', text: 'erased' });
});

it('forgets what the person wrote, and keeps the wish to stop', async () => {
  const number = recipient();
  const uuid = randomUUID();
  const text = `Stop it, says ${WORDS}`;
  waybill.sandbox.sendInbound({ from: number, to: '447700900001', text, message_uuid: uuid });
  const received = async () =>
    (await waybill.api.get(`/v1/inbound/${uuid}`)).as<Readonly<Record<string, unknown>>>(200);
  await waybill.untilListed(uuid);
  const suppress = await fetch(`${waybill.url}/v1/suppressions/${number}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reason: WORDS }),
  });
  expect(suppress.status).toBe(200);
  await eventually(async () => {
    const { items } = (await waybill.api.get('/v1/suppressions')).as<{
      readonly items: readonly { readonly number: string }[];
    }>(200);
    return items.some((one) => one.number === number);
  });

  const { status, body } = await erase(number);
  expect([status, body]).toEqual([200, expect.objectContaining({ messages: 0, inbound: 1 })]);

  for (const said of [number, WORDS]) expect([said, filesWith(said)]).toEqual([said, []]);
  expect(await received()).toMatchObject({ from: 'erased', text: 'erased', messageUuid: uuid });
  expect((await waybill.api.get('/v1/suppressions')).as<object>(200)).toMatchObject({
    items: [{ number: 'erased', state: 'opted-out' }],
  });
  expect((await waybill.api.get('/v1/contacts')).as<object>(200)).toMatchObject({
    items: [{ number: 'erased', counts: { sent: 0, received: 0 } }],
  });
  expect((await waybill.trySend({ to: number })).body).toMatchObject({
    type: expect.stringMatching(/opted-out$/),
  });
});

it('tells receivers which of their copies are to be erased, and destroys keys again that a backup brings back', async () => {
  const receiver = await WebhookReceiver.start();
  const events = ['contact.erased'];
  await waybill.api.post('/v1/webhook-endpoints', { url: receiver.url, events });
  const number = recipient();
  const id = await waybill.send(number, { text: WORDS });
  await waybill.until(id, 'delivered');
  await eventually(async () => {
    const list = (await waybill.api.get(`/v1/messages?to=${number}`)).as<{ items: object[] }>(200);
    return list.items.length === 1;
  });
  const backup = join(waybill.directory, 'backup');
  mkdirSync(backup);
  const copy = await backUpKeys(waybill.directory, backup);
  const { person } = (await erase(number)).body as { readonly person: string };
  await eventually(() => receiver.received.length === 2);
  receiver.close();
  const told = receiver.received.map(({ data }) => [data['about'], data['id'], data['messages']]);
  expect(new Set(told.map((one) => JSON.stringify(one)))).toEqual(
    new Set([JSON.stringify(['message', id, undefined]), JSON.stringify(['person', person, 1])]),
  );
  expect(JSON.stringify(receiver.received)).not.toContain(number);

  await waybill.stop();
  const keys = keyFile(waybill.directory);
  for (const end of ['-wal', '-shm']) rmSync(`${keys}${end}`, { force: true });
  renameSync(copy ?? '', keys);
  rmSync(backup, { recursive: true });
  await waybill.start();
  await eventually(() => waybill.log.says('Keys of a person who was erased were there again'));
  expect(await waybill.message(id)).toMatchObject({ to: 'erased', text: 'erased' });
  const database = new DatabaseSync(keys, { readOnly: true });
  const left = database.prepare('SELECT count(*) AS keys FROM personal_keys WHERE person = ?');
  expect(left.get(person)).toMatchObject({ keys: 0 });
  database.close();
});

it('records an erasure that was cut off, although the person wrote again before it was repeated', async () => {
  const number = recipient();
  await waybill.until(await waybill.send(number), 'delivered');
  await waybill.stop();
  const file = join(waybill.directory, 'master-key');
  const keys = openKeyStore({ kind: 'sqlite', directory: waybill.directory }, { keys: null, file });
  const first = await keys.destroyKeys(number);
  await keys.close();
  await waybill.start();
  await waybill.until(await waybill.send(number), 'delivered');
  await erase(number);
  const ledger = new DatabaseSync(join(waybill.directory, 'ledger.sqlite'), { readOnly: true });
  const recorded = ledger.prepare(`SELECT type FROM events WHERE stream =
    (SELECT number FROM streams WHERE name = ?) ORDER BY revision`);
  const types = recorded.all(`person-${first?.person}`).map(({ type }) => type);
  expect(types).toEqual(['PersonErased', 'ErasureCompleted']);
  ledger.close();
});

it('certifies that webhooks are set aside, which may name the person', async () => {
  const number = recipient();
  await waybill.until(await waybill.send(number), 'delivered');
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  await webhooks.post('status', statusBody('teleported'));
  await eventually(async () => {
    const { items } = (await waybill.api.get('/v1/quarantine')).as<{ items: object[] }>(200);
    return items.length === 1;
  });
  const remains = [expect.stringContaining('GET /v1/quarantine')];
  expect(await erase(number)).toMatchObject({ status: 200, body: { remains } });
});

it('erases what was reported about a message after a report that named nobody', async () => {
  const number = recipient();
  await waybill.until(await waybill.send(number), 'delivered');
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  const { to: _, ...nameless } = statusBody('submitted');
  const id = nameless['message_uuid'] as string;
  await webhooks.post('status', nameless);
  await webhooks.post('status', { ...nameless, status: 'delivered', to: number });
  expect(JSON.stringify(await waybill.events(id))).toContain(number);
  expect((await erase(number)).status).toBe(200);
  const events = await waybill.events(id);
  expect(JSON.stringify(events)).not.toContain(number);
  expect(events).toHaveLength(2);
});

it('erases a person of whom something is damaged, once the lists are made anew', async () => {
  const number = recipient();
  const ids = [await waybill.send(number, { text: WORDS }), await waybill.send(number)];
  for (const id of ids) await waybill.until(id, 'delivered');
  const uuid = await receiveFrom(number);
  await waybill.stop();
  const database = new DatabaseSync(join(waybill.directory, 'ledger.sqlite'));
  database.exec('DROP TRIGGER events_are_never_changed');
  const damage = database.prepare(`UPDATE events SET data = '{' || data WHERE stream =
    (SELECT number FROM streams WHERE name = ?) AND revision = ?`);
  damage.run(`message-${ids[0]}`, 1);
  damage.run(`inbound-${uuid}`, 0);
  database.close();
  await waybill.start();
  const refused = await erase(number);
  expect(refused).toMatchObject({ status: 500, body: { detail: expect.stringContaining(uuid) } });
  expect(refused.body).toMatchObject({ detail: expect.stringContaining('npm run rebuild') });
  expect((await waybill.message(ids[1] ?? '')).to).toBe('erased');
  await rebuildBeside(waybill);
  // The service looks for another copy five times a second.
  const { body } = await eventually(async () => {
    const answer = await erase(number);
    return answer.status === 200 && answer;
  });
  expect(body).toMatchObject({ keysDestroyed: 1, messages: 1, inbound: 0 });
  for (const text of [number, WORDS]) expect([text, filesWith(text)]).toEqual([text, []]);
});

it('refuses to erase a person whom an earlier version recorded in plain text', async () => {
  const number = recipient();
  const id = randomUUID();
  await waybill.stop();
  const plain = await SqliteEventStore.open(waybill.directory);
  const { type, data } = sampleEvents.MessageRequested;
  await plain.append(
    messageStream(id),
    [{ ...newEvent(), event: { type, data: { ...data, to: number } } }],
    'no-stream',
  );
  await plain.close();
  await waybill.start();
  await waybill.until(id, 'expired');
  await eventually(async () => {
    const list = (await waybill.api.get(`/v1/messages?to=${number}`)).as<{ items: object[] }>(200);
    return list.items.length === 1;
  });
  const { status, body } = await erase(number);
  expect([status, body]).toEqual([
    409,
    expect.objectContaining({ type: expect.stringMatching(/ledger-not-encrypted$/) }),
  ]);
  expect((await waybill.message(id)).to).toBe(number);
});
