import { randomUUID } from 'node:crypto';
import { clientRefOf } from '../../../src/domain/message/client-ref.js';
import { eventually } from '../../support/watching/eventually.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { newMasterKey } from '../../../src/adapters/key-store/master-keys.js';
import { MESSAGE_ID } from '../../support/facts/message-facts.js';
import { SignedWebhooks, statusBody } from '../../support/facts/signed-webhooks.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

let double: EventStoreDbDouble;

let postgres: Awaited<ReturnType<typeof startPostgres>> | undefined;

beforeEach(async () => {
  double = await EventStoreDbDouble.start();
});

afterEach(async () => {
  await stopWaybills();
  await postgres?.stop();
  postgres = undefined;
  double.stop();
});

/** The key of all instances. */
const masterKeys = { keys: [newMasterKey()], file: null };

const inMemory = { kind: 'sqlite', directory: null } as const;

const onEventStoreDb = (
  url: string,
  readModel: Waybill['config']['readModel'] = inMemory,
): Promise<Waybill> =>
  startWaybill({
    config: { eventStore: { kind: 'eventstoredb', url }, readModel, masterKeys },
    started: false,
  });

// An orchestrator restarts a process that ends, with a growing delay. A process that is not ready gets no
// requests, and gets them again as soon as it can answer them.
it('starts while the event store is away, says that it is not ready, and goes on by itself once it is there', async () => {
  const waybill = await onEventStoreDb(double.url);
  double.leader.stop();
  await waybill.start();
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  const report = statusBody('delivered');
  const [live, ready, webhook, request] = await Promise.all([
    waybill.api.get('/health/live'),
    waybill.api.get('/health/ready'),
    webhooks.post('status', report),
    waybill.trySend({ to: recipient() }),
  ]);
  expect(live.status).toBe(200);
  expect(ready.as(503)).toMatchObject({
    status: 'not-ready',
    accepting: false,
    parts: {
      ledger: {
        state: 'failing',
        reason: expect.stringMatching(/^ledger: the ledger cannot be used: .*ECONNREFUSED/),
      },
    },
  });
  for (const answer of [webhook, request]) {
    expect(answer.problem.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  }

  await double.leader.start();
  await eventually(async () => (await waybill.api.get('/health/ready')).status === 200);
  expect((await webhooks.post('status', report)).status).toBe(204);
  await waybill.until(await waybill.send(recipient()), 'delivered', 15_000);
});

it('says in readiness that the account may not read $all, and sends once it may', async () => {
  double.faults.refusesAll = true;
  const waybill = await onEventStoreDb(double.url);
  await waybill.start();
  const part = {
    state: 'failing',
    reason: expect.stringContaining('read $all'),
  };
  await eventually(
    async () => {
      const { status, body } = await waybill.api.get('/health/ready');
      expect({ status, body }).toMatchObject({
        status: 503,
        body: { accepting: true, sending: false, parts: { readModels: part, sending: part } },
      });
      return true;
    },
    { withinMs: 30_000 },
  );
  const message = await waybill.send(recipient());
  double.faults.refusesAll = false;
  await waybill.until(message, 'delivered', 15_000);
  await eventually(async () => (await waybill.api.get('/health/ready')).status === 200, {
    withinMs: 30_000,
  });
});

it('does not start with a connection string that cannot work, and keeps the password to itself', async () => {
  const waybill = await onEventStoreDb('esdb:/admin:changeit@nowhere');
  const failure = await waybill.start().then(
    () => 'it started',
    (error: unknown) => String(error),
  );
  expect(failure).toMatch(/EVENTSTORE_URL\) cannot be read: it looks like esdb:/);
  expect(failure).not.toContain('changeit');
});

describe('round trips to the event store, over the whole way', () => {
  it('are two for a webhook that names a message of ours which is new here, then one for each', async () => {
    const { webhooks } = await runningOnEventStoreDb();
    const fields = { message_uuid: randomUUID(), client_ref: clientRefOf(MESSAGE_ID, 1) };
    const report = (): Promise<unknown> =>
      webhooks.post('status', statusBody('submitted', { ...fields, unique: randomUUID() }));

    expect(await callsDuring(report)).toEqual({ reads: 1, appends: 1 });
    expect(await callsDuring(report)).toEqual({ reads: 0, appends: 1 });
  });

  it('are one for a webhook that names no message of ours, and one to read what it says', async () => {
    const { waybill, webhooks } = await runningOnEventStoreDb();
    const uuid = randomUUID();
    const report = (): Promise<unknown> =>
      webhooks.post(
        'status',
        statusBody('submitted', { message_uuid: uuid, unique: randomUUID() }),
      );

    expect(await callsDuring(report)).toEqual({ reads: 0, appends: 1 });
    expect(await callsDuring(report)).toEqual({ reads: 0, appends: 1 });
    const together = async (): Promise<void> => {
      await Promise.all(Array.from({ length: 30 }, report));
    };
    expect(await callsDuring(together)).toEqual({ reads: 0, appends: 30 });
    expect(await callsDuring(() => waybill.message(uuid))).toEqual({ reads: 1, appends: 0 });
    expect(double.ledger.stream(`message-${uuid}`)).toHaveLength(32);
  });

  it('are two for each of two instances that get the reports on one message in turns, once both have noticed', async () => {
    postgres = await startPostgres();
    const shared = { kind: 'postgres', url: postgres.url } as const;
    const instances = [
      await onEventStoreDb(double.url, shared),
      await onEventStoreDb(double.url, shared),
    ];
    for (const instance of instances) await instance.start();
    const uuid = randomUUID();
    const round = async (): Promise<void> => {
      for (const { url, config } of instances) {
        const body = statusBody('submitted', { message_uuid: uuid, unique: randomUUID() });
        const answer = await new SignedWebhooks(url, config).post('status', body);
        expect(answer.status).toBe(204);
      }
    };
    // At first each instance's cached revision is outdated, which costs a conflict; and a start reads by itself.
    await eventually(async () => {
      expect(await callsDuring(round)).toEqual({ reads: 2, appends: 2 });
      return true;
    });
  });
});

/** A list with a row proves that the start's reads are over: they precede the read models' updates. */
async function runningOnEventStoreDb() {
  const waybill = await onEventStoreDb(double.url);
  await waybill.start();
  const webhooks = new SignedWebhooks(waybill.url, waybill.config);
  await webhooks.post('status', statusBody('submitted', { message_uuid: randomUUID() }));
  await eventually(async () => {
    const list = await waybill.api.get('/v1/messages');
    return list.status === 200 && list.as<{ items: readonly unknown[] }>(200).items.length > 0;
  });
  return { waybill, webhooks };
}

async function callsDuring(work: () => Promise<unknown>) {
  const before = { reads: double.count('reads'), appends: double.count('appends') };
  await work();
  return {
    reads: double.count('reads') - before.reads,
    appends: double.count('appends') - before.appends,
  };
}
