import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { compact } from '../../../src/adapters/postgres/compact.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
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
    const inbound = (await waybill.api.get(`/v1/inbound/${uuid}`)).status;
    return list.items.length === 1 && inbound === 200;
  });
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
