/** A process that sorts more than fits into its memory. It prints the file of the given directory that SQLite uses. */
import { readdirSync, readlinkSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { placeTemporaryFiles } from '../../../src/adapters/read-model/copies/sqlite/temporary-files.js';

const OPEN_FILES = '/proc/self/fd';

const [directory = ''] = process.argv.slice(2);
placeTemporaryFiles({ kind: 'sqlite', directory });
const database = new DatabaseSync(':memory:');
database.exec(`
  PRAGMA temp_store = FILE;
  CREATE TEMP TABLE many (text TEXT);
  INSERT INTO many SELECT hex(randomblob(1000)) FROM json_each('[${Array(4_000).fill(0).join()}]')`);
for (const name of readdirSync(OPEN_FILES)) {
  try {
    const file = readlinkSync(`${OPEN_FILES}/${name}`);
    if (file.startsWith(directory)) process.stdout.write(`${file}\n`);
  } catch {
    // The descriptor of the listing itself is closed by now.
  }
}
database.close();
