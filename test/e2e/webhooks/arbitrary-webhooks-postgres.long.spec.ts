import { startPostgres } from '../../../testing/embedded-postgres.js';
import { stopWaybills } from '../../support/worlds/waybill.js';
import { messagesAfterAll, OWN_MESSAGES, SEED } from './arbitrary-webhooks.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  postgres = await startPostgres();
});

afterEach(stopWaybills);
afterAll(() => postgres.stop());

it(`arbitrary signed webhooks are never parked on PostgreSQL, and all that is shown agrees (WEBHOOKS_SEED=${SEED})`, async () => {
  const url = await postgres.newDatabase();
  expect(await messagesAfterAll({ kind: 'postgres', url })).toBeGreaterThan(OWN_MESSAGES);
});
