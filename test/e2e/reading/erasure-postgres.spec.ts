import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { compact } from '../../../src/adapters/postgres/compact.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
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

/** The tables in which a text stands in some row, also as bytes. */
async function tablesWith(text: string): Promise<readonly string[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    // Samples of values, which the planner keeps.
    rows.push({ name: 'pg_stats' });
    const found: string[] = [];
    for (const { name } of rows) {
      const { rowCount } = await client.query(
        `SELECT 1 FROM ${name} AS one WHERE one::text ILIKE ANY ($1) LIMIT 1`,
        [[`%${text}%`, `%${Buffer.from(text).toString('hex')}%`]],
      );
      if (rowCount !== 0) found.push(name);
    }
    expect(rows.length).toBeGreaterThan(10);
    return found;
  } finally {
    await client.end();
  }
}

async function inDatabase(statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

/** Files of the server's tables, without its log, in which a text stands. */
function filesWith(text: string): readonly string[] {
  const tables = join(postgres.directory, 'base');
  return readdirSync(tables, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}

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
  await inDatabase('ANALYZE');
  // The look itself must find what is there.
  expect(await tablesWith(gone.split('').toReversed().join(''))).toContain('pg_stats');
  expect(await tablesWith(gone)).not.toEqual([]);
  expect(await tablesWith(WORDS)).not.toEqual([]);
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
    expect([text, await tablesWith(text)]).toEqual([text, []]);
  }
  const ledger = await (await fetch(`${waybill.url}/v1/events`)).text();
  for (const text of [gone, WORDS]) expect(ledger).not.toContain(text);
  expect(await waybill.message(id)).toMatchObject({ to: 'erased', status: 'delivered' });
  expect((await waybill.message(kept)).to).toBe(other);
  // Dead rows are left in the files, until they are compacted.
  await inDatabase('CHECKPOINT');
  expect(filesWith(backwards)).not.toEqual([]);
  expect(await compact(url)).toEqual({ tables: expect.any(Number) as number, refusals: [] });
  for (const text of [gone, backwards, WORDS]) expect([text, filesWith(text)]).toEqual([text, []]);
  expect((await waybill.message(kept)).to).toBe(other);
});
