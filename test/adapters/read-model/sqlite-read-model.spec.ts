import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  MemoryReadModelDatabase,
  SqliteReadModelDatabase,
} from '../../../src/adapters/read-model/copies/sqlite/sqlite-read-model-database.js';
import { describeContactLists } from '../../contracts/contact-lists.contract.js';
import { describeMergedFacets } from '../../contracts/merged-facets.contract.js';
import { describeReadModel, SOME_GROUPINGS } from '../../contracts/read-model.contract.js';
import { describeStatementPlans } from '../../contracts/statement-plans.contract.js';

const directory = mkdtempSync(join(tmpdir(), 'waybill-read-model-'));
let databases = 0;

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describeReadModel(
  'a SQLite file',
  async () => new SqliteReadModelDatabase(join(directory, String(databases++))),
);

describeReadModel('memory', async () => new MemoryReadModelDatabase(), SOME_GROUPINGS);
describeContactLists('SQLite', async () => new MemoryReadModelDatabase());
describeMergedFacets('SQLite', async () => new MemoryReadModelDatabase());
describeStatementPlans('SQLite', async () => new MemoryReadModelDatabase());

const support = (file: string): URL => new URL(`../../support/${file}`, import.meta.url);

/** @returns the temporary files that a process has there */
async function sortIn(place: string, environment: NodeJS.ProcessEnv): Promise<string> {
  const script = fileURLToPath(support('processes/temporary-files-process.ts'));
  const hooks = support('typescript-hooks.mjs').href;
  const flags = ['--disable-warning=ExperimentalWarning', '--import', hooks];
  const env = { ...process.env, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, place], {
    env,
  });
  return stdout;
}

// Other systems do not show the open files of a process.
if (process.platform === 'linux') {
  it('sorts beside the read models, unless it is told where', async () => {
    const place = join(directory, 'sorting');
    mkdirSync(place);
    expect(await sortIn(place, { SQLITE_TMPDIR: undefined })).toContain(join(place, 'etilqs'));
    expect(await sortIn(place, { SQLITE_TMPDIR: tmpdir() })).toBe('');
  });
}
