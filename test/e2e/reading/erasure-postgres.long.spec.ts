import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openEventStoreDb } from '../../../src/adapters/event-store/eventstoredb/open-eventstoredb.js';
import { SealingEventStore } from '../../../src/adapters/event-store/sealed/sealing-event-store.js';
import { newMasterKey } from '../../../src/adapters/key-store/master-keys.js';
import { openKeyStore } from '../../../src/adapters/key-store/open-key-store.js';
import { compact } from '../../../src/adapters/postgres/compact.js';
import { RETENTION_STREAM } from '../../../src/application/streams.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import { recordAgedInbound, recordAgedMessage } from '../../support/facts/record-events.js';
import { filesWith, inDatabase, tablesWith } from '../../support/watching/bytes-left.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

const WORDS = 'Roemerlager-Kleinbonum';

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let double: EventStoreDbDouble;
let waybill: Waybill;
let url: string;

beforeAll(async () => {
  [postgres, double] = await Promise.all([startPostgres(), EventStoreDbDouble.start()]);
  url = await postgres.newDatabase();
  waybill = await startWaybill({
    config: {
      eventStore: { kind: 'eventstoredb', url: double.url },
      readModel: { kind: 'postgres', url },
    },
  });
});
afterAll(async () => {
  await stopWaybills();
  double.stop();
  await postgres.stop();
});

/** Files of the server's tables, without its log, in which a text stands. */
const filesOfTables = (text: string): readonly string[] =>
  filesWith(join(postgres.directory, 'base'), text);

it('leaves no number and no text in a row of PostgreSQL, and says where its files keep them for a while', async () => {
  const [gone, other] = [recipient(), recipient()];
  const id = await waybill.send(gone, { text: WORDS, reference: WORDS });
  const kept = await waybill.send(other);
  await waybill.until(id, 'delivered');
  await waybill.until(kept, 'delivered');
  const uuid = randomUUID();
  waybill.sandbox.sendInbound({ from: gone, to: '447700900001', text: WORDS, message_uuid: uuid });
  await eventually(async () => {
    const list = (await waybill.api.get(`/v1/messages?to=${gone}`)).as<{ items: object[] }>(200);
    return list.items.length === 1;
  });
  await waybill.untilListed(uuid);
  await inDatabase(url, 'ANALYZE');
  // The look itself must find what is there.
  expect(await tablesWith(url, gone.split('').toReversed().join(''))).toContain('pg_stats');
  expect(await tablesWith(url, gone)).not.toEqual([]);
  expect(await tablesWith(url, WORDS)).not.toEqual([]);
  const answer = await fetch(`${waybill.url}/v1/contacts/${gone}/data`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'asked by letter' }),
  });
  expect([answer.status, await answer.json()]).toEqual([
    200,
    expect.objectContaining({
      keysDestroyed: 1,
      messages: 1,
      inbound: 1,
      remains: [expect.stringContaining('VACUUM')],
    }),
  ]);
  const backwards = gone.split('').toReversed().join('');
  for (const text of [gone, backwards, WORDS]) {
    expect([text, await tablesWith(url, text)]).toEqual([text, []]);
  }
  const ledger = await (await fetch(`${waybill.url}/v1/events`)).text();
  for (const text of [gone, WORDS]) expect(ledger).not.toContain(text);
  expect(await waybill.message(id)).toMatchObject({ to: 'erased', status: 'delivered' });
  expect((await waybill.message(kept)).to).toBe(other);
  // Dead rows are left in the files, until they are compacted.
  await inDatabase(url, 'CHECKPOINT');
  expect(filesOfTables(backwards)).not.toEqual([]);
  expect(await compact(url)).toEqual({ tables: expect.any(Number) as number, refusals: [] });
  for (const text of [gone, backwards, WORDS])
    expect([text, filesOfTables(text)]).toEqual([text, []]);
  expect((await waybill.message(kept)).to).toBe(other);
});

const DAYS = 40;

it('destroys by age what EventStoreDB and PostgreSQL hold of persons, and keeps what is younger', async () => {
  const [old, young] = [recipient(), recipient()];
  const ids = { old: randomUUID(), young: randomUUID(), inbound: randomUUID() };
  const masterKeys = { keys: [newMasterKey()], file: null };
  const aged = await EventStoreDbDouble.start();
  const database = await postgres.newDatabase();
  const readModel = { kind: 'postgres', url: database } as const;
  const keys = openKeyStore(readModel, masterKeys);
  const store = new SealingEventStore(openEventStoreDb(aged.url).store, keys);
  const longAgo = { number: old, text: WORDS, days: 100 };
  await recordAgedMessage(store, { id: ids.old, ...longAgo });
  await recordAgedMessage(store, { id: ids.young, number: young, text: WORDS, days: DAYS - 5 });
  await recordAgedInbound(store, { id: ids.inbound, ...longAgo });

  const other = await startWaybill({
    config: {
      eventStore: { kind: 'eventstoredb', url: aged.url },
      readModel,
      masterKeys,
      retainPersonalDays: DAYS,
    },
  });
  await eventually(async () => (await store.read(RETENTION_STREAM)).events.length === 1);
  expect(await other.message(ids.old)).toMatchObject({ to: 'erased', status: 'cancelled' });
  expect(await other.message(ids.young)).toMatchObject({ to: young });
  const inbound = (await other.api.get(`/v1/inbound/${ids.inbound}`)).as<object>(200);
  expect(inbound).toMatchObject({ from: 'erased' });
  for (const text of [old, old.split('').toReversed().join('')]) {
    expect(await tablesWith(database, text)).toEqual([]);
  }
  expect(await tablesWith(database, young)).not.toEqual([]);
  expect((await other.api.get('/health/ready?part=erasure')).status).toBe(200);
  await other.stop();
  await store.close();
  await keys.close();
  aged.stop();
});
