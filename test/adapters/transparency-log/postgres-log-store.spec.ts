import { PostgresLogStore } from '../../../src/adapters/transparency-log/postgres/postgres-log-store.js';
import { logStoreContract } from '../../contracts/log-store.contract.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';

let postgres: Awaited<ReturnType<typeof startPostgres>> | undefined;

afterAll(() => postgres?.stop());

logStoreContract('PostgreSQL', async () => {
  postgres ??= await startPostgres();
  return new PostgresLogStore(postgres.url);
});
