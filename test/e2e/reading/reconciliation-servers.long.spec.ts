import { randomUUID } from 'node:crypto';
import type { ReconciliationSummary } from '../../../src/application/reconciliation/summary.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import { alteredReport, foreignRow, reconcileWith } from '../../support/facts/report-files.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

/** The same promises as of the embedded stores, over the servers that many instances share. */
let postgres: Awaited<ReturnType<typeof startPostgres>>;
let double: EventStoreDbDouble;
let waybill: Waybill;

beforeAll(async () => {
  [postgres, double] = await Promise.all([startPostgres(), EventStoreDbDouble.start()]);
  waybill = await startWaybill({
    config: {
      eventStore: { kind: 'eventstoredb', url: double.url },
      readModel: { kind: 'postgres', url: await postgres.newDatabase() },
    },
  });
});
afterAll(async () => {
  await stopWaybills();
  double.stop();
  await postgres.stop();
});

const hearsStatuses = (hears: boolean): void =>
  waybill.sandbox.configure({ statusUrl: hears ? `${waybill.url}/webhooks/status` : null });

const listed = (id: string, status: string): Promise<object> =>
  eventually(async () => {
    const list = await waybill.api.get('/v1/messages?limit=50');
    const { items } = list.as<{ items: { id: string; status: string }[] }>(200);
    return items.find((one) => one.id === id && one.status === status);
  });

it('finds lost, altered, foreign and missing messages in a report, and a second run appends nothing', async () => {
  const agreed = await waybill.send(recipient());
  const denied = await waybill.send(recipient());
  const left = await waybill.send(recipient());
  for (const id of [agreed, denied, left]) await waybill.until(id, 'delivered');
  hearsStatuses(false);
  const lost = await waybill.send(recipient());
  await waybill.until(lost, 'sent');
  await waybill.sandbox.settled();
  hearsStatuses(true);
  await listed(left, 'delivered');
  await listed(lost, 'sent');

  const denying = alteredReport(waybill, denied, (row) =>
    row.replace('"delivered",""', '"rejected","1170"'),
  );
  const stranger = randomUUID();
  const file =
    denying
      .split('\n')
      .filter((row) => !row.includes(left))
      .join('\n') +
    foreignRow(waybill, '2020-01-01T00:00:00+00:00', stranger) +
    foreignRow(waybill, '2035-01-01T00:00:00+0000');

  const first = await reconcileWith(waybill, file);
  expect(first).toMatchObject({
    recorded: 2,
    counts: { agree: 1, missingHere: 1, contradict: 1, unknownHere: 2, unknownToVonage: 1 },
  });
  expect(first.examples.unknownToVonage).toMatchObject([{ messageId: left }]);
  expect((await waybill.message(lost)).status).toBe('delivered');
  expect(await waybill.message(denied)).toMatchObject({ status: 'delivered', contradicted: true });
  expect((await waybill.events(lost)).at(-1)).toMatchObject({
    metadata: { source: 'reconciliation', causationId: first.id },
  });

  const ids = [agreed, denied, left, lost];
  const revisions = async () =>
    Promise.all(ids.map(async (id) => (await waybill.message(id)).revision));
  const before = await revisions();
  const second = await reconcileWith(waybill, file);
  expect(second).toMatchObject({ recorded: 0, counts: { missingHere: 0, contradict: 1 } });
  expect(await revisions()).toEqual(before);
  expect((await waybill.api.get(`/v1/messages/${stranger}`)).status).toBe(404);
});

it('asks Vonage live about what is unconfirmed', async () => {
  hearsStatuses(false);
  const id = await waybill.send(recipient(), { confirmWithinSeconds: 1 });
  await waybill.until(id, 'unconfirmed');
  hearsStatuses(true);
  await listed(id, 'unconfirmed');
  const answer = await waybill.api.post('/v1/reconciliations/stuck', undefined);
  expect(answer.as<ReconciliationSummary>(200)).toMatchObject({
    recorded: 1,
    counts: { missingHere: 1 },
  });
  expect((await waybill.message(id)).status).toBe('delivered');
});
