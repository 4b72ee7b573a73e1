import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Client, type Pool } from 'pg';
import { PostgresReadModelDatabase } from '../../../src/adapters/read-model/copies/postgres/postgres-read-model-database.js';
import { RebuildLock } from '../../../src/adapters/read-model/copies/postgres/rebuild-lock.js';
import { newPool } from '../../../src/adapters/postgres/new-pool.js';
import { ReadModelsUnavailable } from '../../../src/application/errors.js';
import { describeContactLists } from '../../contracts/contact-lists.contract.js';
import { describeMergedFacets } from '../../contracts/merged-facets.contract.js';
import { describeStatementPlans } from '../../contracts/statement-plans.contract.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { UnreliableNetwork } from '../../support/doubles/unreliable-network.js';
import { eventually } from '../../support/watching/eventually.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop(), 30_000);

const openEmpty = async (): Promise<PostgresReadModelDatabase> => {
  const database = new PostgresReadModelDatabase(postgres.url);
  for (const copy of await database.copies()) await database.dropCopy(copy);
  return database;
};

describeContactLists('PostgreSQL', openEmpty);
describeMergedFacets('PostgreSQL', openEmpty);
describeStatementPlans('PostgreSQL', openEmpty);

it.each([
  ['canceled, as by statement_timeout', '57014'],
  ['not given a lock in time', '55P03'],
  ['chosen to end a deadlock', '40P01'],
  ['out of disk', '53100'],
  ['out of memory', '53200'],
  ['met by a fault of the disk', '58030'],
])('may answer later a question that was %s', async (_, code) => {
  const database = new PostgresReadModelDatabase(postgres.url);
  const catalog = await database.openCatalog();
  const asked = sql.raw(`DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${code}'; END $$`);
  await expect(asked.execute(catalog.db)).rejects.toThrow(ReadModelsUnavailable);
  await catalog.close();
  await database.close();
});

it('counts a table whose file is lost as damaged, because nobody can wait until it is there again', async () => {
  const database = new PostgresReadModelDatabase(await postgres.newDatabase());
  const copy = await database.openCopy('agenda-7', [], 'live');
  await sql`CREATE TABLE position (id integer)`.execute(copy.db);
  await sql`CHECKPOINT`.execute(copy.db);
  const { rows } = await sql<{
    file: string;
  }>`SELECT pg_relation_filepath('position') AS file`.execute(copy.db);
  rmSync(join(postgres.directory, rows[0]?.file ?? ''));
  await copy.close();
  const opened = await database.openCopy('agenda-7', [], 'live');
  const error: unknown = await sql`SELECT * FROM position`
    .execute(opened.db)
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ReadModelsUnavailable);
  expect(String(error)).toContain('could not open file');
  expect(database.isUnavailable(error)).toBe(false);
  await opened.close();
  await database.close();
});

it('keeps others from clearing away what a rebuild makes, where the server ends idle sessions', async () => {
  const url = await postgres.newDatabase();
  const operator = new Client({ connectionString: postgres.url });
  await operator.connect();
  await operator.query(
    `ALTER DATABASE ${new URL(url).pathname.slice(1)} SET idle_session_timeout = '200ms'`,
  );
  await operator.end();
  const database = new PostgresReadModelDatabase(url);
  const end = await database.beginRebuild();
  // It begins later, and is ended for the same reason.
  const idle = new Client({ connectionString: url });
  idle.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => idle.on('end', resolve));
  await idle.connect();
  await ended;
  let isCleared = false;
  const clear = async (): Promise<void> => void (isCleared = true);
  await database.unlessRebuilding(clear);
  expect(isCleared).toBe(false);
  await end();
  await database.unlessRebuilding(clear);
  expect(isCleared).toBe(true);
  await database.close();
});

it.each([
  ['to begin', (lock: RebuildLock) => lock.begin()],
  ['to clear away', (lock: RebuildLock) => lock.unlessAny(async () => undefined)],
])(
  'says where the database does not answer who asks %s, and does not wait for it',
  async (_, ask) => {
    const { host, pathname, username, password } = new URL(postgres.url);
    const network = await UnreliableNetwork.before(host);
    const connectionString = `postgres://${username}:${password}@${network.address}${pathname}`;
    let pool: Pool | undefined;
    const lock = new RebuildLock(() => {
      pool = newPool({ connectionString, max: 1, query_timeout: 200 });
      pool.on('acquire', () => network.forgetConnections());
      return pool;
    });
    const asked = ask(lock).then(
      () => 'nothing',
      (error: unknown) => String(error),
    );
    expect(await asked).toContain('Query read timeout');
    expect(pool?.ended).toBe(true);
    network.close();
  },
);

it('fails what is asked of a connection that breaks, and goes on with another one', async () => {
  const { host, pathname, username, password } = new URL(postgres.url);
  const network = await UnreliableNetwork.before(host);
  const database = new PostgresReadModelDatabase(
    `postgres://${username}:${password}@${network.address}${pathname}`,
  );
  const catalog = await database.openCatalog();
  const { db } = catalog;
  const asked = sql`SELECT pg_sleep(60)`.execute(db).catch((error: unknown) => String(error));
  const isAsleep = async (): Promise<boolean> => {
    const { rows } = await sql<{ pid: number }>`
      SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND wait_event = 'PgSleep'`.execute(
      db,
    );
    return rows.length === 1;
  };
  await eventually(isAsleep);
  network.loseConnections();
  expect(await asked).toContain('Connection terminated unexpectedly');
  expect(await eventually(async () => (await sql`SELECT 1`.execute(db)).rows)).toHaveLength(1);
  await catalog.close();
  await database.close();
  network.close();
});

it('waits for a lost connection no longer than for a turn where it is live, and longer where a rebuild writes much', async () => {
  const { host, pathname, username, password } = new URL(postgres.url);
  const network = await UnreliableNetwork.before(host);
  const database = new PostgresReadModelDatabase(
    `postgres://${username}:${password}@${network.address}${pathname}`,
  );
  const ends: string[] = [];
  const fillings = ['rebuild', 'live'] as const;
  const copies = await Promise.all(
    fillings.map((filling) => database.openCopy('agenda-7', [], filling)),
  );
  for (const { db } of copies) await sql`SELECT 1`.execute(db);
  network.forgetConnections();
  const asked = copies.map(({ db }, index) =>
    sql`SELECT 1`.execute(db).catch((error: unknown) => {
      ends.push(`${fillings[index]}: ${String(error)}`);
    }),
  );
  await asked[1];
  expect(ends).toEqual([expect.stringMatching(/^live: .*Query read timeout/)]);
  network.loseConnections();
  await Promise.all(asked);
  for (const copy of copies) await copy.close();
  await database.close();
  network.close();
});
