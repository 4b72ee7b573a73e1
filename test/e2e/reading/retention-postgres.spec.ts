import { randomUUID } from 'node:crypto';
import { openEventStoreDb } from '../../../src/adapters/event-store/eventstoredb/open-eventstoredb.js';
import { SealingEventStore } from '../../../src/adapters/event-store/sealed/sealing-event-store.js';
import { newMasterKey } from '../../../src/adapters/key-store/master-keys.js';
import { openKeyStore } from '../../../src/adapters/key-store/open-key-store.js';
import type { NewEvent } from '../../../src/application/ports/event-store.js';
import {
  inboundStream,
  messageStream,
  RETENTION_STREAM,
} from '../../../src/application/streams.js';
import type { DomainEvent } from '../../../src/domain/events.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { newEvent, sampleEvents } from '../../../testing/events.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import { tablesWith } from '../../support/watching/bytes-left.js';
import { eventually } from '../../support/watching/eventually.js';
import { recipient, startWaybill, stopWaybills } from '../../support/worlds/waybill.js';

const WORDS = 'Wildschwein-am-Spiess';
const DAYS = 40;
const DAY_MS = 86_400_000;

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let double: EventStoreDbDouble;

beforeAll(async () => {
  [postgres, double] = await Promise.all([startPostgres(), EventStoreDbDouble.start()]);
});

afterAll(async () => {
  await stopWaybills();
  double.stop();
  await postgres.stop();
});

/** An event that names somebody, as it was recorded so many days ago. */
function oldEvent(event: DomainEvent, number: string, days: number): NewEvent {
  const recordedAt = new Date(Date.now() - days * DAY_MS).toISOString();
  const at = { ...event, data: { ...event.data, occurredAt: recordedAt } } as DomainEvent;
  const { metadata } = newEvent();
  return {
    id: randomUUID(),
    event: at,
    metadata: { ...metadata, recordedAt },
    person: { number, mayReturn: true },
  };
}

it('destroys by age what EventStoreDB and PostgreSQL hold of persons, and keeps what is younger', async () => {
  const [old, young] = [recipient(), recipient()];
  const ids = { old: randomUUID(), young: randomUUID(), inbound: randomUUID() };
  const masterKeys = { keys: [newMasterKey()], file: null };
  const readModel = { kind: 'postgres', url: postgres.url } as const;
  const keys = openKeyStore(readModel, masterKeys);
  const store = new SealingEventStore(openEventStoreDb(double.url).store, keys);
  const record = async (id: string, number: string, days: number): Promise<void> => {
    const { type, data } = sampleEvents.MessageRequested;
    const request = {
      type,
      data: { ...data, to: number, text: WORDS, country: 'GB', fallback: [] },
    };
    const events = [request as DomainEvent, sampleEvents.MessageCancelled];
    const recorded = events.map((event) => oldEvent(event, number, days));
    await store.append(messageStream(id), recorded, 'no-stream');
  };
  await record(ids.old, old, 100);
  await record(ids.young, young, DAYS - 5);
  const { type, data } = sampleEvents.InboundReceived;
  const said = { type, data: { ...data, messageUuid: ids.inbound, from: old, text: WORDS } };
  await store.append(inboundStream(ids.inbound), [oldEvent(said, old, 100)], 'no-stream');

  const waybill = await startWaybill({
    config: {
      eventStore: { kind: 'eventstoredb', url: double.url },
      readModel,
      masterKeys,
      retainPersonalDays: DAYS,
    },
  });
  await eventually(async () => (await store.read(RETENTION_STREAM)).events.length === 1);
  expect(await waybill.message(ids.old)).toMatchObject({ to: 'erased', status: 'cancelled' });
  expect(await waybill.message(ids.young)).toMatchObject({ to: young });
  const inbound = (await waybill.api.get(`/v1/inbound/${ids.inbound}`)).as<object>(200);
  expect(inbound).toMatchObject({ from: 'erased' });
  for (const text of [old, old.split('').toReversed().join('')]) {
    expect(await tablesWith(postgres.url, text)).toEqual([]);
  }
  expect(await tablesWith(postgres.url, young)).not.toEqual([]);
  expect((await waybill.api.get('/health/ready?part=erasure')).status).toBe(200);
  await waybill.stop();
  await store.close();
  await keys.close();
});
