import { PostgresSchema } from '../../../src/adapters/postgres/postgres-schema.js';
import { Catalog } from '../../../src/adapters/read-model/copies/catalog.js';
import { PostgresReadModelDatabase } from '../../../src/adapters/read-model/copies/postgres/postgres-read-model-database.js';
import { ReadModelsUnavailable } from '../../../src/application/errors.js';
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

it('takes another connection where writing is refused: the server behind it may not be the one that writes any more', async () => {
  const host = new URL(postgres.url).host;
  const database = new URL(postgres.url).pathname.slice(1);
  const operator = schemaAt(host, 3_000);
  // Holds for connections that begin from now on.
  await operator.query(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
  const schema = schemaAt(host, 3_000);
  const write = (id: number): Promise<void> =>
    schema.transaction(async (client) => {
      await client.query('INSERT INTO waybill_lost.rows VALUES ($1)', [id]);
    });
  await expect(write(1)).rejects.toThrow('read-only transaction');
  // Lists are opened, as they are where the server is away, and used once it takes writes.
  const catalog = await Catalog.open(new PostgresReadModelDatabase(postgres.url));
  await expect(catalog.entryOf('inbound')).rejects.toThrow(ReadModelsUnavailable);
  await operator.query(`ALTER DATABASE ${database} RESET default_transaction_read_only`);
  await write(2);
  expect(await catalog.entryOf('inbound')).toMatchObject({ copy: 'inbound-1' });
  await catalog.close();
  expect((await operator.query('SELECT id FROM waybill_lost.rows')).rows).toEqual([{ id: 2 }]);
});
