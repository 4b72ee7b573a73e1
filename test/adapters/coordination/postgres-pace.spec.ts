import { afterAll, beforeAll } from '@jest/globals';
import { Client } from 'pg';
import { monotonicClock } from '../../../src/adapters/system/monotonic-clock.js';
import { PostgresPace } from '../../../src/adapters/coordination/postgres/postgres-pace.js';
import { paceContract } from '../../contracts/pace.contract.js';
import { startPostgres } from '../../support/embedded-postgres.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

paceContract('PostgresPace', async () => {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query('DROP SCHEMA IF EXISTS waybill_coordination CASCADE');
  await client.end();
  const paces: PostgresPace[] = [];
  return {
    open: async (turnsPerSecond) => {
      const pace = new PostgresPace(postgres.url, turnsPerSecond, monotonicClock);
      paces.push(pace);
      return pace;
    },
    close: async () => {
      for (const pace of paces) await pace.close();
    },
  };
});
