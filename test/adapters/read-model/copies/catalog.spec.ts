import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Catalog } from '../../../../src/adapters/read-model/copies/catalog.js';
import { SqliteReadModelDatabase } from '../../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';

it('opens a copy once that is possible, also when it was not at first', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-catalog-'));
  const inTheWay = join(directory, 'read-model-agenda-1.sqlite');
  const catalog = await Catalog.open(new SqliteReadModelDatabase(directory));
  rmSync(inTheWay);
  mkdirSync(inTheWay);
  await expect(catalog.freshCopyOf('agenda')).rejects.toThrow('unable to open database file');
  rmdirSync(inTheWay);
  expect((await catalog.freshCopyOf('agenda')).name).toBe('agenda-2');
  await catalog.close();
  rmSync(directory, { recursive: true });
});
