import { chownSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../src/adapters/files/open-database.js';
import { keyTextIn } from '../../../src/adapters/files/key-text.js';
import { replaceMasterKeys } from '../../../src/adapters/key-store/master-key-file.js';
import { newMasterKey } from '../../../src/adapters/key-store/master-keys.js';
import { RebuildLock } from '../../../src/adapters/read-model/copies/sqlite/rebuild-lock.js';
import { SqliteTableSet } from '../../../src/adapters/read-model/copies/sqlite/sqlite-table-set.js';
import { messagesTable } from '../../../src/adapters/read-model/tables.js';

const isRoot = process.geteuid?.() === 0;
/** Root makes files for the user nobody. Anybody else has files of their own only. */
const NOBODY = 65_534;
const OWNER = isRoot ? NOBODY : process.geteuid?.();

it('gives what root makes beside the service to the user of the service', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'waybill-'));
  if (isRoot) chownSync(directory, NOBODY, NOBODY);
  const at = (name: string): string => join(directory, name);
  try {
    const copy = SqliteTableSet.open(at('read-model-messages-2.sqlite'), [messagesTable], 'live');
    const end = new RebuildLock(at('read-model-rebuild.lock')).begin();
    const keys = openDatabase(at('keys.sqlite'), {});
    keys.exec('PRAGMA journal_mode = WAL; CREATE TABLE one (id INTEGER)');
    keyTextIn(at('log-signing-key.pem'), () => 'a key');
    writeFileSync(at('master-key'), newMasterKey());
    replaceMasterKeys(at('master-key'), [newMasterKey()]);
    const owners = readdirSync(directory).map((name) => [name, statSync(at(name)).uid]);
    expect(owners.length).toBeGreaterThan(7);
    expect(owners).toEqual(owners.map(([name]) => [name, OWNER]));
    keys.close();
    await end();
    await copy.close();
  } finally {
    rmSync(directory, { recursive: true });
  }
});
