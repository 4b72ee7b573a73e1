import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import {
  MemoryReadModelDatabase,
  SqliteReadModelDatabase,
} from '../../../src/adapters/read-model/sqlite/sqlite-read-model-database.js';
import { describeFacetSegments } from '../../contracts/facet-segments.contract.js';
import { describeReadModel } from '../../contracts/read-model.contract.js';

const directory = mkdtempSync(join(tmpdir(), 'waybill-read-model-'));
let databases = 0;

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describeReadModel(
  'a SQLite file',
  async () => new SqliteReadModelDatabase(join(directory, String(databases++))),
);

describeReadModel('memory', async () => new MemoryReadModelDatabase());
describeFacetSegments('SQLite', async () => new MemoryReadModelDatabase());
