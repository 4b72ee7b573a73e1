import { Client } from 'pg';
import { PostgresSchema } from '../../../src/adapters/postgres/postgres-schema.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

// A key that a crash of the server takes back makes every text unreadable that was acknowledged meanwhile.
it.each([
  ['off', 'on'],
  ['remote_write', 'remote_write'],
])('commits durably where the database says %s', async (setting, effective) => {
  const url = await postgres.newDatabase();
  const client = new Client({ connectionString: url });
  await client.connect();
  const database = new URL(url).pathname.slice(1);
  await client.query(`ALTER DATABASE ${database} SET synchronous_commit = ${setting}`);
  await client.end();
  const schema = new PostgresSchema(url, {
    name: 'waybill_durable',
    statements: [],
    connectionsMax: 1,
    queryMsMax: 30_000,
  });
  const { rows } = await schema.query('SHOW synchronous_commit');
  expect(rows).toEqual([{ synchronous_commit: effective }]);
  await schema.close();
});
