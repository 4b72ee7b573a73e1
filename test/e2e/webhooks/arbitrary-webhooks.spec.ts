import { stopWaybills } from '../../support/worlds/waybill.js';
import { messagesAfterAll, OWN_MESSAGES, SEED } from './arbitrary-webhooks.js';

afterEach(stopWaybills);

/** `arbitrary-webhooks-postgres.long.spec.ts` does the same on PostgreSQL. */
it(`arbitrary signed webhooks are never parked, and all that is shown agrees, also after a restart and a rebuild (WEBHOOKS_SEED=${SEED})`, async () => {
  expect(await messagesAfterAll()).toBeGreaterThan(OWN_MESSAGES);
});
