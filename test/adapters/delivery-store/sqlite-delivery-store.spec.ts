import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDeliveryStore } from '../../../src/adapters/delivery-store/delivery-store.module.js';
import type { DeliveryStore } from '../../../src/application/ports/delivery-store.js';
import { deliveryStoreContract } from '../../contracts/delivery-store.contract.js';

deliveryStoreContract('SqliteDeliveryStore', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-deliveries-'));
  const opened: DeliveryStore[] = [];
  return {
    open: () => {
      const store = openDeliveryStore({ kind: 'sqlite', directory });
      opened.push(store);
      return store;
    },
    close: async () => {
      for (const store of opened) await store.close();
      await rm(directory, { recursive: true });
    },
  };
});
