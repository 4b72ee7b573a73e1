import { openKeyStore, openKeyTable } from '../../../src/adapters/key-store/key-store.module.js';
import { StoreUnavailable } from '../../../src/application/errors.js';
import type { TableKeyStore as KeyStore } from '../../../src/adapters/key-store/table-key-store.js';
import { keyStoreContract } from '../../contracts/key-store.contract.js';
import { freePort, startPostgres } from '../../../testing/embedded-postgres.js';

/** 32 bytes, in hexadecimal. */
const masterKeys = { keys: ['5a'.repeat(32)], file: null };

let postgres: Awaited<ReturnType<typeof startPostgres>>;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

keyStoreContract('PostgresKeyStore', async () => {
  const url = await postgres.newDatabase();
  const opened: KeyStore[] = [];
  return {
    open: (keys = masterKeys.keys) => {
      const store = openKeyStore({ kind: 'postgres', url }, { keys, file: null });
      opened.push(store);
      return store;
    },
    table: () => openKeyTable({ kind: 'postgres', url }),
    close: async () => {
      for (const store of opened) await store.close().catch(() => undefined);
    },
  };
});

it('is unavailable while the server is, and says so', async () => {
  const url = `postgres://waybill:waybill@127.0.0.1:${await freePort()}/none`;
  const store = openKeyStore({ kind: 'postgres', url }, masterKeys);
  await expect(store.keyedHash('contact', '4477')).rejects.toThrow(StoreUnavailable);
  await expect(store.findContactId('4477')).rejects.toThrow(StoreUnavailable);
  await store.close();
});
