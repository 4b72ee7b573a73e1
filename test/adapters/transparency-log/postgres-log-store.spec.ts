import { PostgresLogStore } from '../../../src/adapters/transparency-log/postgres/postgres-log-store.js';
import type { LogState } from '../../../src/application/ports/log-store.js';
import { logStoreContract } from '../../contracts/log-store.contract.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { freePort } from '../../../testing/free-port.js';

let postgres: Awaited<ReturnType<typeof startPostgres>> | undefined;

afterAll(() => postgres?.stop());

logStoreContract('PostgreSQL', async () => {
  postgres ??= await startPostgres();
  return new PostgresLogStore(postgres.url);
});

it('is unavailable while the server is, and says why', async () => {
  const port = await freePort();
  const store = new PostgresLogStore(`postgres://waybill:waybill@127.0.0.1:${port}/none`);
  const unavailable = expect.objectContaining({
    code: 'store-unavailable',
    message: expect.stringMatching(
      /^the store of the transparency log cannot be used: .*ECONNREFUSED/,
    ),
  });
  await expect(store.state()).rejects.toEqual(unavailable);
  await expect(store.tile(0, 0)).rejects.toEqual(unavailable);
  const begun = store.begin({} as LogState, undefined);
  await expect(begun).rejects.toEqual(unavailable);
  await store.close();
});
