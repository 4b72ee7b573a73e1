import { afterAll, beforeAll } from '@jest/globals';
import { PostgresReadModelDatabase } from '../../../src/adapters/read-model/postgres/postgres-read-model-database.js';
import { describeReadModel } from '../../contracts/read-model.contract.js';
import { startPostgres } from '../../support/embedded-postgres.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);

afterAll(() => postgres.stop(), 30_000);

describeReadModel('PostgreSQL', async () => {
  const database = new PostgresReadModelDatabase(postgres.url);
  for (const copy of await database.copies()) await database.dropCopy(copy);
  return database;
});
