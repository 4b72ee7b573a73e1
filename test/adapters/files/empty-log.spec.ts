import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { emptyLog } from '../../../src/adapters/files/empty-log.js';
import {
  keyFile,
  SqliteKeyTable,
} from '../../../src/adapters/key-store/sqlite/sqlite-key-table.js';
import { SqliteTableSet } from '../../../src/adapters/read-model/copies/sqlite/sqlite-table-set.js';
import { inboundTable } from '../../../src/adapters/read-model/tables.js';

/** Of the event loop. Whoever stops it to wait for a reader waits in vain. */
const TURNS = 20;
const WAIT_MS_MAX = 30_000;

let directory: string;
let connections: DatabaseSync[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'waybill-log-'));
  connections = [];
});
afterEach(() => {
  for (const connection of connections) connection.close();
  rmSync(directory, { recursive: true });
});

function connect(file: string, timeout: number): DatabaseSync {
  const connection = new DatabaseSync(file, { timeout });
  connections.push(connection);
  return connection;
}

/** Reads from now on, and until the event loop has turned. */
function readForTurns(file: string, table: string): Promise<void> {
  const reader = connect(file, 0);
  reader.exec(`BEGIN; SELECT count(*) FROM ${table}`);
  const ending = async (): Promise<void> => {
    for (let turn = 0; turn < TURNS; turn++) await wait(1);
    reader.exec('COMMIT');
  };
  return ending();
}

function writtenFile(): { readonly file: string; readonly writer: DatabaseSync } {
  const file = join(directory, 'things.sqlite');
  const writer = connect(file, 1_000);
  writer.exec('PRAGMA journal_mode = WAL; CREATE TABLE things (name TEXT)');
  return { file, writer };
}

it('lets others commit while it waits for a reader', async () => {
  const { file, writer } = writtenFile();
  const reader = connect(file, 0);
  reader.exec('BEGIN; SELECT count(*) FROM things');
  const emptying = emptyLog(file, WAIT_MS_MAX);
  for (let turn = 0; turn < TURNS; turn++) {
    writer.exec("INSERT INTO things VALUES ('a')");
    await wait(1);
  }
  reader.exec('COMMIT');
  expect(await emptying).toBe(true);
  expect(statSync(`${file}-wal`).size).toBe(0);
});

it('says that a reader kept the log', async () => {
  const { file, writer } = writtenFile();
  connect(file, 0).exec('BEGIN; SELECT count(*) FROM things');
  writer.exec("INSERT INTO things VALUES ('a')");
  expect(await emptyLog(file, 0)).toBe(false);
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
});

it('does not stop the process while a read model is read', async () => {
  const file = join(directory, 'read-model.sqlite');
  const copy = SqliteTableSet.open(file, [inboundTable], 'live');
  const reading = readForTurns(file, 'inbound');
  await copy.write([{ table: inboundTable, remove: [['a']] }]);
  await expect(copy.purge()).resolves.toBeUndefined();
  await reading;
  await copy.close();
});

it('does not stop the process while the key store is read', async () => {
  const table = new SqliteKeyTable(directory);
  const reading = readForTurns(keyFile(directory), 'contacts');
  await table.addContact(Buffer.alloc(32), 'an id');
  await expect(table.forgetChanged()).resolves.toBeUndefined();
  await reading;
  await table.close();
});

it('makes no file where it was deleted: a copy of a read model would be there again, empty', async () => {
  const missing = join(directory, 'missing #1?.sqlite');
  await expect(emptyLog(missing, WAIT_MS_MAX)).rejects.toThrow('unable to open database file');
  expect(existsSync(missing)).toBe(false);
  const there = connect(missing, 0);
  there.exec('PRAGMA journal_mode = WAL; CREATE TABLE things (name TEXT)');
  expect(await emptyLog(missing, WAIT_MS_MAX)).toBe(true);
});
