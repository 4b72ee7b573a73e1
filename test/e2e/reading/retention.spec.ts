import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { SealingEventStore } from '../../../src/adapters/event-store/sealed/sealing-event-store.js';
import { SqliteEventStore } from '../../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { openKeyStore } from '../../../src/adapters/key-store/open-key-store.js';
import { keyFile } from '../../../src/adapters/key-store/sqlite/sqlite-key-table.js';
import { RETENTION_STREAM } from '../../../src/application/streams.js';
import { newEvent, sampleEvents } from '../../../testing/events.js';
import {
  daysAgo,
  recordAgedInbound,
  recordAgedMessage,
  type Aged,
} from '../../support/facts/record-events.js';
import type { EventShown } from '../../support/facts/api.js';
import { filesWith } from '../../support/watching/bytes-left.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

const WORDS = 'Wildschwein-am-Spiess';
const DAYS = 40;
const DAY_MS = 86_400_000;

const [old, plain, young] = [recipient(), recipient(), recipient()];
const ids = { old: randomUUID(), plain: randomUUID(), young: randomUUID(), inbound: randomUUID() };

let waybill: Waybill;
let keysBefore: Buffer;

beforeAll(async () => {
  waybill = await startWaybill({ started: false, config: { retainPersonalDays: DAYS } });
  const { directory, config } = waybill;
  const ledger = await SqliteEventStore.open(directory);
  await recordAgedMessage(ledger, { id: ids.plain, number: plain, text: WORDS, days: 100 });
  const keys = openKeyStore({ kind: 'sqlite', directory }, config.masterKeys);
  const sealing = new SealingEventStore(ledger, keys);
  const longAgo = { number: old, text: WORDS, days: 100 };
  await recordAgedMessage(sealing, { id: ids.old, ...longAgo });
  await recordAgedMessage(sealing, { id: ids.young, number: young, text: WORDS, days: DAYS - 5 });
  await recordAgedInbound(sealing, { id: ids.inbound, ...longAgo });
  await sealing.close();
  await keys.close();
  keysBefore = readFileSync(keyFile(directory));
  await waybill.start();
});
afterAll(stopWaybills);

const expired = async (): Promise<readonly EventShown[]> => {
  const answer = await fetch(`${waybill.url}/v1/events`);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  return lines
    .map((line) => JSON.parse(line) as EventShown)
    .filter(({ type }) => type === 'PersonalDataExpired');
};

const listedTo = async (number: string): Promise<number> => {
  const list = (await waybill.api.get(`/v1/messages?to=${number}`)).as<{ items: object[] }>(200);
  return list.items.length;
};

it('forgets what is too old, says what it destroyed, and keeps what is not', async () => {
  await eventually(async () => (await expired()).length === 1);
  const keptFrom = daysAgo(DAYS).slice(0, 'yyyy-mm'.length);
  expect((await expired())[0]?.data).toMatchObject({ keptFrom, keys: 1, messages: 2, inbound: 1 });
  expect(waybill.log.says('Personal data from before this month was destroyed by age.')).toBe(true);
  const metrics = await (await fetch(`${waybill.url}/metrics`)).text();
  expect(metrics).toContain('waybill_personal_data_expired_total{kind="messages"} 2');

  expect(await waybill.message(ids.old)).toMatchObject({ to: 'erased', text: 'erased' });
  const inbound = (await waybill.api.get(`/v1/inbound/${ids.inbound}`)).as<object>(200);
  expect(inbound).toMatchObject({ from: 'erased', text: 'erased' });
  expect(await listedTo(old)).toBe(0);
  expect(filesWith(waybill.directory, old)).toEqual([]);

  expect(await waybill.message(ids.young)).toMatchObject({ to: young, text: WORDS });
  expect(await listedTo(young)).toBe(1);
  const counts = (await waybill.api.get('/v1/reports/delivery?groupBy=country')).body;
  expect(counts).toMatchObject({ rows: [{ group: { country: 'GB' }, messages: 3 }] });
});

it('says that plain text of an earlier version stays', () => {
  expect(waybill.log.says('which no key destroys')).toBe(true);
});

/** Changes the key store while the service is stopped. */
function changeKeys(sql: string): void {
  const database = new DatabaseSync(keyFile(waybill.directory));
  database.exec(sql);
  database.close();
}

it('says which part stands still, and why, while keys cannot be destroyed', async () => {
  await waybill.stop();
  const file = keyFile(waybill.directory);
  for (const name of [`${file}-wal`, `${file}-shm`]) rmSync(name, { force: true });
  writeFileSync(file, keysBefore);
  changeKeys(
    `CREATE TRIGGER stuck BEFORE DELETE ON personal_keys BEGIN SELECT RAISE(ABORT, 'nothing goes'); END`,
  );
  await waybill.start();
  await eventually(async () => {
    const asked = await waybill.api.get('/health/ready?part=erasure');
    expect(asked.body).toMatchObject({
      parts: {
        erasure: {
          state: 'failing',
          reason: expect.stringContaining('the key store cannot be used'),
        },
      },
    });
    return true;
  });
  expect((await waybill.api.get('/health/ready')).status).toBe(200);
});

it('destroys keys again that come back with a restored key store', async () => {
  await waybill.stop();
  changeKeys('DROP TRIGGER stuck');
  await waybill.start();
  await eventually(() => waybill.log.says('Keys that had been destroyed by age were there again'));
  expect(await waybill.message(ids.old)).toMatchObject({ to: 'erased', text: 'erased' });
  expect(await waybill.message(ids.young)).toMatchObject({ to: young });
  expect(await expired()).toHaveLength(1);
  const { body } = await waybill.api.get('/health/ready?part=erasure');
  expect(body).toMatchObject({ parts: { erasure: { state: 'working' } } });
});

interface RecordedBefore {
  readonly pass: Partial<EventShown['data']>;
  readonly messages: readonly Aged[];
  readonly inbound?: readonly Aged[];
}

/** Starts a service whose ledger has recorded a pass by age, and then messages. */
async function startAfter({ pass, messages, inbound = [] }: RecordedBefore): Promise<Waybill> {
  const other = await startWaybill({ started: false, config: { retainPersonalDays: DAYS } });
  const { directory, config } = other;
  const ledger = await SqliteEventStore.open(directory);
  const keys = openKeyStore({ kind: 'sqlite', directory }, config.masterKeys);
  const sealing = new SealingEventStore(ledger, keys);
  const { type, data } = sampleEvents.PersonalDataExpired;
  const before = { ...newEvent(), event: { type, data: { ...data, ...pass } } };
  await sealing.append(RETENTION_STREAM, [before], 'no-stream');
  for (const one of messages) await recordAgedMessage(sealing, one);
  for (const one of inbound) await recordAgedInbound(sealing, one);
  await sealing.close();
  await keys.close();
  await other.start();
  await eventually(() =>
    other.log.says('Personal data from before this month was destroyed by age.'),
  );
  return other;
}

const monthOf = (time: string): string => time.slice(0, 'yyyy-mm'.length);

it('forgets what was recorded late, as of a month that was over before', async () => {
  const number = recipient();
  const late = { message: randomUUID(), inbound: randomUUID() };
  const longAgo = { number, text: WORDS, days: 200 };
  const other = await startAfter({
    pass: { keptFrom: monthOf(daysAgo(100)) },
    messages: [{ id: late.message, ...longAgo }],
    inbound: [{ id: late.inbound, ...longAgo }],
  });
  expect(await other.message(late.message)).toMatchObject({ to: 'erased', status: 'cancelled' });
  expect(filesWith(other.directory, number)).toEqual([]);
  expect(filesWith(other.directory, number.split('').toReversed().join(''))).toEqual([]);
});

it('keeps what was recorded after a pass by a clock that was a year ahead, and goes on with what is too old', async () => {
  const [kept, tooOld] = [recipient(), recipient()];
  const own = { kept: randomUUID(), tooOld: randomUUID() };
  const other = await startAfter({
    pass: { keptFrom: monthOf(daysAgo(DAYS - 365)), occurredAt: daysAgo(-365) },
    messages: [
      { id: own.kept, number: kept, text: WORDS, days: DAYS - 5 },
      { id: own.tooOld, number: tooOld, text: WORDS, days: 100 },
    ],
  });
  expect(await other.message(own.kept)).toMatchObject({ to: kept, text: WORDS });
  expect(await other.message(own.tooOld)).toMatchObject({ to: 'erased' });
  expect(other.log.says('were there again')).toBe(false);
  await other.stop();
  await other.start();
  await eventually(async () => {
    const { body } = await other.api.get('/health/ready?part=erasure');
    expect(body).toMatchObject({ parts: { erasure: { state: 'working' } } });
    return true;
  });
  expect(await other.message(own.kept)).toMatchObject({ to: kept, text: WORDS });
});

it('refuses a message that would lose its text before it is sent', async () => {
  const sendAt = new Date(Date.now() + (DAYS + 1) * DAY_MS).toISOString();
  const { status, body } = await waybill.trySend({ to: recipient(), sendAt });
  expect([status, JSON.stringify(body)]).toEqual([
    400,
    expect.stringContaining(`more than ${DAYS} days ahead`),
  ]);
});
