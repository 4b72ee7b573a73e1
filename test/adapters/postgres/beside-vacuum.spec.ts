import { Client } from 'pg';
import { openDeliveryStore } from '../../../src/adapters/delivery-store/delivery-store.module.js';
import { openKeyTable } from '../../../src/adapters/key-store/open-key-store.js';
import { PostgresReadModelDatabase } from '../../../src/adapters/read-model/copies/postgres/postgres-read-model-database.js';
import { tablesOf } from '../../../src/adapters/read-model/tables.js';
import { OtherStoreUnavailable } from '../../../src/application/errors.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { eventually } from '../../support/watching/eventually.js';

let postgres: Awaited<ReturnType<typeof startPostgres>>;
/** Holds the lock that VACUUM holds, on tables of millions of rows for minutes. */
let vacuum: Client;

beforeAll(async () => {
  postgres = await startPostgres();
  vacuum = new Client({ connectionString: postgres.url });
  await vacuum.connect();
});
afterAll(async () => {
  await vacuum.end();
  await postgres.stop();
});

async function besideVacuumOf(table: string, work: () => Promise<void>): Promise<void> {
  await vacuum.query('BEGIN');
  await vacuum.query(`LOCK TABLE ${table} IN SHARE UPDATE EXCLUSIVE MODE`);
  try {
    await work();
  } finally {
    await vacuum.query('ROLLBACK');
  }
}

describe('an instance that starts during a VACUUM', () => {
  it('opens a list that is there', async () => {
    const database = new PostgresReadModelDatabase(postgres.url);
    const open = async (): Promise<void> => {
      const copy = await database.openCopy('messages-1', tablesOf.messages, 'live');
      await copy.close();
    };
    await open();
    await besideVacuumOf('waybill_messages_1.messages', async () => {
      await expect(open()).resolves.toBeUndefined();
    });
    await database.close();
  });

  it('uses the key store', async () => {
    const config = { kind: 'postgres', url: postgres.url } as const;
    const first = openKeyTable(config);
    const secret = await first.secret(Buffer.alloc(32, 1));
    const second = openKeyTable(config);
    await besideVacuumOf('waybill_keys.personal_keys', async () => {
      expect(await second.secret(Buffer.alloc(32, 2))).toEqual(secret);
    });
    await first.close();
    await second.close();
  });

  it('uses the store of deliveries', async () => {
    const config = { kind: 'postgres', url: postgres.url } as const;
    const first = openDeliveryStore(config);
    await first.advance('endpoint', '7', []);
    const second = openDeliveryStore(config);
    await besideVacuumOf('waybill_webhooks.deliveries', async () => {
      expect(await second.progress('endpoint')).toMatchObject({ position: '7' });
    });
    await first.close();
    await second.close();
  });
});

it('ends a purge with the service, at the server too', async () => {
  const database = new PostgresReadModelDatabase(postgres.url);
  const copy = await database.openCopy('messages-1', tablesOf.messages, 'live');
  const watcher = new Client({ connectionString: postgres.url });
  await watcher.connect();
  const isAnalyzing = async (): Promise<boolean> => {
    const { rowCount } = await watcher.query(
      `SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'ANALYZE%'`,
    );
    return rowCount !== 0;
  };
  await besideVacuumOf('waybill_messages_1.messages', async () => {
    const stopping = new AbortController();
    const purging = copy.purge(stopping.signal);
    await eventually(isAnalyzing);
    stopping.abort(new Error('the service is stopping'));
    await expect(purging).rejects.toThrow(OtherStoreUnavailable);
    await copy.close();
    await eventually(async () => !(await isAnalyzing()));
  });
  await watcher.end();
  await database.close();
});

it('begins no purge once the service stops', async () => {
  const database = new PostgresReadModelDatabase(postgres.url);
  const copy = await database.openCopy('messages-1', tablesOf.messages, 'live');
  const stopped = AbortSignal.abort(new Error('the service is stopping'));
  await expect(copy.purge(stopped)).rejects.toThrow('the service is stopping: ask again');
  await expect(copy.purge()).resolves.toBeUndefined();
  await copy.close();
  await database.close();
});
