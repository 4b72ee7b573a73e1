import { PostgresReadModelDatabase } from '../../../src/adapters/read-model/copies/postgres/postgres-read-model-database.js';
import { describeReadModel } from '../../contracts/read-model.contract.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop(), 30_000);

// Reports by every set of groups, and searches by all pairs of filters, take a server a minute.
describeReadModel(
  'PostgreSQL',
  async () => new PostgresReadModelDatabase(await postgres.newDatabase()),
);
