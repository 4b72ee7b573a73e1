import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteLogStore } from '../../../src/adapters/transparency-log/sqlite/sqlite-log-store.js';
import { logStoreContract } from '../../contracts/log-store.contract.js';

const directory = mkdtempSync(join(tmpdir(), 'waybill-log-store-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

logStoreContract('SQLite', async () => new SqliteLogStore(join(directory, 'log.sqlite')));
