import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openDeliveryStore } from '../../src/adapters/delivery-store/delivery-store.module.js';
import { SqliteEventStore } from '../../src/adapters/event-store/sqlite/sqlite-event-store.js';
import { openKeyStore } from '../../src/adapters/key-store/open-key-store.js';
import type { TableKeyStore } from '../../src/adapters/key-store/table-key-store.js';
import { systemClocks } from '../../src/adapters/system/system-clock.js';
import { uuidIdentifiers } from '../../src/adapters/system/uuid-identifiers.js';
import type { ExpectedRevision } from '../../src/application/ports/event-store.js';
import { ReadEndpoints } from '../../src/application/webhooks/read-endpoints.js';
import { WebhookEndpoints } from '../../src/application/webhooks/endpoints.js';
import type { MessageEvent } from '../../src/domain/message/message-events.js';
import { ThreadedDeliverer } from '../../src/threads/deliverer/threaded-deliverer.js';
import { sampleEvents } from '../../testing/events.js';
import { noHealth } from '../support/doubles/no-health.js';
import { WebhookReceiver } from '../support/doubles/webhook-receiver.js';
import { eventually } from '../support/watching/eventually.js';
import { runUntilStopped, silent } from '../support/worlds/read-models.js';

const hooks = new URL('../support/typescript-hooks.mjs', import.meta.url).href;
const entry = new URL('../../src/threads/deliverer/deliverer.worker.ts', import.meta.url);

let directory: string;
let store: SqliteEventStore;
let keys: TableKeyStore;
let endpoints: WebhookEndpoints;
let receiver: WebhookReceiver;
let running: { readonly stop: () => Promise<void> };
let workers: Worker[];
let counted: Map<string, number>;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'waybill-deliverer-'));
  store = await SqliteEventStore.open(directory);
  const masterKeys = { keys: null, file: join(directory, 'master-key') };
  keys = openKeyStore({ kind: 'sqlite', directory }, masterKeys);
  const { clock } = systemClocks;
  const surroundings = { ...systemClocks, identifiers: uuidIdentifiers };
  endpoints = new WebhookEndpoints(store, keys, surroundings);
  receiver = await WebhookReceiver.start();
  receiver.secret = await new ReadEndpoints(store, keys, clock).secret('e1', 1);
  await endpoints.change(
    (_, occurredAt) => ({
      type: 'EndpointCreated',
      data: {
        id: 'e1',
        url: receiver.url,
        events: ['message.status_changed'],
        description: '',
        by: null,
        occurredAt,
      },
    }),
    undefined,
  );
  workers = [];
  counted = new Map();
  const deliverer = new ThreadedDeliverer(
    {
      ledgerDirectory: directory,
      masterKeys,
      deliveries: { kind: 'sqlite', directory },
      allowsPrivateNetworks: true,
      commitBell: store.commitBell,
    },
    {
      endpoints,
      metrics: {
        endpointAnswered(status, _, times = 1) {
          counted.set(`${status}`, (counted.get(`${status}`) ?? 0) + times);
        },
      },
      logger: silent,
      health: noHealth,
    },
    (workerData) => {
      const worker = new Worker(entry, { workerData, execArgv: ['--import', hooks] });
      workers.push(worker);
      return worker;
    },
  );
  running = runUntilStopped(deliverer);
});

afterEach(async () => {
  await running.stop();
  receiver.close();
  await keys.close();
  await store.close();
  rmSync(directory, { recursive: true });
});

/** Two changes of the status: accepted and sending. */
const send = (messageId: string): Promise<unknown> =>
  append(messageId, [sampleEvents.MessageRequested, sampleEvents.AttemptStarted], 'no-stream');

const append = (
  messageId: string,
  events: readonly MessageEvent[],
  expected: ExpectedRevision,
): Promise<unknown> =>
  store.append(
    `message-${messageId}`,
    events.map((event) => ({
      id: uuidIdentifiers.newId(),
      event,
      metadata: {
        recordedAt: new Date().toISOString(),
        correlationId: 'c',
        causationId: 'c',
        source: 'api',
      },
    })),
    expected,
  );

it('delivers from another thread, signed, counts there, and survives its death', async () => {
  await send('1');
  await eventually(() => receiver.received.length === 2);
  await eventually(() => counted.get('204') === 2);
  await workers[0]?.terminate();
  await send('2');
  await eventually(() => workers.length === 2 && receiver.ids.size === 4);
  expect(receiver.forged).toEqual([]);
});

it('reads what a message was before, where another thread told its earlier events', async () => {
  await send('1');
  const last = (await store.read('message-1')).events.at(-1)?.position;
  const deliveries = openDeliveryStore({ kind: 'sqlite', directory });
  await eventually(async () => (await deliveries.progress('e1')).position === last);
  await deliveries.close();
  await workers[0]?.terminate();
  await append('1', [sampleEvents.AttemptAccepted], 1n);
  await eventually(() => receiver.ids.size === 3);
  const { channel, to } = sampleEvents.MessageRequested.data;
  expect(receiver.received).toHaveLength(3);
  expect(receiver.received.at(-1)?.data).toMatchObject({
    previousStatus: 'sending',
    status: 'sent',
    channel,
    to,
    revision: 2,
  });
});

it('lets the main thread record that an endpoint is gone', async () => {
  receiver.answer = () => 410;
  await send('1');
  const disabledBecause = await eventually(async () => {
    const { endpoints: read } = await endpoints.read();
    return read.get('e1')?.disabledBecause ?? undefined;
  });
  expect(disabledBecause).toContain('410');
});
