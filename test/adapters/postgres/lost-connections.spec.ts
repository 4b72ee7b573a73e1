import { PostgresSchema } from '../../../src/adapters/postgres/postgres-schema.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { UnreliableNetwork } from '../../support/doubles/unreliable-network.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;
let network: UnreliableNetwork;
const schemas: PostgresSchema[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  network = await UnreliableNetwork.before(new URL(postgres.url).host);
});
afterEach(async () => {
  network.close();
  for (const schema of schemas.splice(0)) await schema.close();
});

function schemaAt(host: string, queryMsMax: number): PostgresSchema {
  const url = new URL(postgres.url);
  url.host = host;
  const statements = ['CREATE TABLE IF NOT EXISTS waybill_lost.rows (id integer PRIMARY KEY)'];
  const settings = { name: 'waybill_lost', statements, connectionsMax: 1, queryMsMax };
  const schema = new PostgresSchema(url.href, settings);
  schemas.push(schema);
  return schema;
}

const LOCK = `SELECT pg_advisory_xact_lock(1)`;

it('frees what a transaction has locked whose machine died, so that another instance goes on', async () => {
  const queryMsMax = 30_000;
  const cutOff = schemaAt(network.address, queryMsMax);
  const other = schemaAt(new URL(postgres.url).host, queryMsMax);
  let locked = (): void => {};
  const isLocked = new Promise<void>((resolve) => (locked = resolve));
  const lost = cutOff.transaction(async (client) => {
    await client.query(LOCK);
    // Neither end is told.
    network.forgetConnections();
    locked();
    await client.query('SELECT 1');
  });
  const failed = lost.then(
    () => false,
    () => true,
  );
  await isLocked;
  await other.transaction(async (client) => void (await client.query(LOCK)));
  network.loseConnections();
  expect(await failed).toBe(true);
});

it('waits once for a connection that is lost in a transaction, and then takes another', async () => {
  // The second caller waits 3 s at most for the only connection: one query timeout fits in, two do not.
  const schema = schemaAt(network.address, 1_600);
  const lost = schema.transaction(async (client) => {
    network.forgetConnections();
    await client.query('SELECT 1');
  });
  const next = schema.query<{ one: number }>('SELECT 1 AS one');
  await expect(lost).rejects.toThrow('Query read timeout');
  expect((await next).rows).toEqual([{ one: 1 }]);
});
