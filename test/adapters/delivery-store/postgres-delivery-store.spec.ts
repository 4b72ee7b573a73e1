import { openDeliveryStore } from '../../../src/adapters/delivery-store/delivery-store.module.js';
import type { DeliveryStore } from '../../../src/application/ports/delivery-store.js';
import { deliveryStoreContract } from '../../contracts/delivery-store.contract.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

deliveryStoreContract('PostgresDeliveryStore', async () => {
  const url = await postgres.newDatabase();
  const opened: DeliveryStore[] = [];
  return {
    open: () => {
      const store = openDeliveryStore({ kind: 'postgres', url });
      opened.push(store);
      return store;
    },
    close: async () => {
      for (const store of opened) await store.close();
    },
  };
});
