import { PostgresReadModelDatabase } from '../../../src/adapters/read-model/copies/postgres/postgres-read-model-database.js';
import { describeReadModel } from '../../contracts/read-model.contract.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterAll(() => postgres.stop(), 30_000);

// Reports by every set of groups, where `npm test` asks for a seventh of them.
describeReadModel(
  'PostgreSQL',
  async () => new PostgresReadModelDatabase(await postgres.newDatabase()),
);
