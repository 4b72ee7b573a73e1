import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { emptyLog } from '../../../src/adapters/files/empty-log.js';
import { overwriteRemnants } from '../../../src/adapters/files/overwrite-remnants.js';
import { SqliteTableSet } from '../../../src/adapters/read-model/copies/sqlite/sqlite-table-set.js';
import { inboundTable } from '../../../src/adapters/read-model/tables.js';
import { bytesOf } from '../../support/watching/bytes-left.js';
import { backwards, numbersIn, scatteredNumber } from '../../support/watching/scattered-numbers.js';

const ROWS = 12_000;
const ROWS_AT_ONCE = 100;
const WAIT_MS_MAX = 30_000;
/** Small, so that remnants are in many parts of the file. */
const AT_ONCE_BYTES = 256 * 1024;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'waybill-remnants-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Scattered and the same in each run, so that SQLite moves the same rows. */
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const idOf = (row: number): string => digestOf(`id ${row}`);

function rowOf(row: number, sender: string): readonly (string | number)[] {
  const length = Number.parseInt(digestOf(`text ${row}`).slice(0, 2), 16);
  const content =
    sender === 'erased' ? '{}' : `{"from":"${sender}","text":"${'x'.repeat(length)}"}`;
  const own = '447700900001';
  return [idOf(row), row, sender, own, backwards(sender), own, 'sms', 'HELLO', content];
}

const isGone = (row: number): boolean => row % 3 === 0;

/** Writes rows, and then erases a third of them. @returns all rows */
async function fill(copy: SqliteTableSet<object>, rows: number): Promise<readonly number[]> {
  const all = Array.from({ length: rows }, (_, row) => row);
  for (let row = 0; row < rows; row += ROWS_AT_ONCE) {
    const some = all.slice(row, row + ROWS_AT_ONCE);
    const put = some.map((one) => rowOf(one, scatteredNumber(one)));
    await copy.write([{ table: inboundTable, put }]);
  }
  const erased = all.filter(isGone).map((row) => rowOf(row, 'erased'));
  await copy.write([{ table: inboundTable, put: erased }]);
  return all;
}

it('leaves no byte of rows that SQLite has moved before they were changed', async () => {
  const file = join(directory, 'read-model.sqlite');
  const copy = SqliteTableSet.open(file, [inboundTable], 'live');
  const all = await fill(copy, ROWS);
  const gone = all.filter(isGone);
  const parts = { waitMsMax: WAIT_MS_MAX, isShared: false, atOnceBytes: AT_ONCE_BYTES };
  expect(await overwriteRemnants(file, parts)).toBe(true);
  const left = numbersIn(bytesOf(file));
  expect(gone.filter((row) => left.has(scatteredNumber(row)))).toEqual([]);
  // A page that the connection still had in memory would bring its remnants back.
  const more = all.map((row) => rowOf(row + ROWS, scatteredNumber(row - (row % 3) + 1)));
  await copy.write([{ table: inboundTable, put: more }]);
  expect(await emptyLog(file, WAIT_MS_MAX)).toBe(true);
  const numbers = numbersIn(bytesOf(file));
  expect(gone.filter((row) => numbers.has(scatteredNumber(row)))).toEqual([]);
  const kept = all.filter((row) => !isGone(row));
  const rows = await copy.find(inboundTable, 'message_uuid', kept.map(idOf));
  expect(rows.map(({ sender }) => sender)).toEqual(kept.map(scatteredNumber));
  expect(copy.structureFault()).toBeUndefined();
  await copy.close();
});

it('brings nothing back from the memory of a connection that reads meanwhile', async () => {
  const file = join(directory, 'read-model.sqlite');
  const copy = SqliteTableSet.open(file, [inboundTable], 'live');
  const all = await fill(copy, ROWS / 4);
  expect(await emptyLog(file, WAIT_MS_MAX)).toBe(true);
  const remnants = (): readonly number[] => {
    const numbers = numbersIn(bytesOf(file));
    return all.filter((row) => isGone(row) && numbers.has(scatteredNumber(row)));
  };
  expect(remnants()).not.toEqual([]);
  const other = new DatabaseSync(file);
  const read = other.prepare('SELECT sum(length(content)) FROM inbound');
  const work = { isOver: false };
  const purge = copy.purge().finally(() => (work.isOver = true));
  while (!work.isOver) {
    read.get();
    await new Promise(setImmediate);
  }
  await purge;
  other.exec("UPDATE inbound SET keyword = 'HALLO'");
  expect(await emptyLog(file, WAIT_MS_MAX)).toBe(true);
  expect(remnants()).toEqual([]);
  other.close();
  await copy.close();
});

it('says that a reader kept the log, and makes no file where it was deleted', async () => {
  const file = join(directory, 'things #1?.sqlite');
  const missing = overwriteRemnants(file, { waitMsMax: WAIT_MS_MAX, isShared: true });
  await expect(missing).rejects.toThrow('no such file or directory');
  const writer = new DatabaseSync(file);
  writer.exec('PRAGMA journal_mode = WAL; CREATE TABLE things (name TEXT)');
  const reader = new DatabaseSync(file);
  reader.exec('BEGIN; SELECT count(*) FROM things');
  writer.exec("INSERT INTO things VALUES ('a')");
  expect(await overwriteRemnants(file, { waitMsMax: 0, isShared: true })).toBe(false);
  reader.exec('COMMIT');
  expect(await overwriteRemnants(file, { waitMsMax: WAIT_MS_MAX, isShared: true })).toBe(true);
  reader.close();
  writer.close();
});

/** A file in which somebody reads, so that it cannot be overwritten. */
function readFileIn(name: string): { readonly file: string; readonly reader: DatabaseSync } {
  const file = join(directory, name);
  const writer = new DatabaseSync(file);
  writer.exec('PRAGMA journal_mode = WAL; CREATE TABLE things (name TEXT)');
  const reader = new DatabaseSync(file);
  reader.exec('BEGIN; SELECT count(*) FROM things');
  writer.exec("INSERT INTO things VALUES ('a')");
  writer.close();
  return { file, reader };
}

it('ends when it is told to, and lets the next one go', async () => {
  const { file, reader } = readFileIn('things.sqlite');
  const stopping = new AbortController();
  const settings = { waitMsMax: WAIT_MS_MAX, isShared: true };
  const under = overwriteRemnants(file, settings, stopping.signal);
  await new Promise(setImmediate);
  const next = overwriteRemnants(file, settings, stopping.signal);
  stopping.abort(new Error('the service is stopping'));
  await expect(under).rejects.toThrow('the service is stopping');
  await expect(next).rejects.toThrow('the service is stopping');
  reader.close();
  expect(await overwriteRemnants(file, settings)).toBe(true);
});

const program = fileURLToPath(
  new URL('../../../src/adapters/files/overwrite-remnants.process.ts', import.meta.url),
);

it('ends with the process that has asked for it', async () => {
  const { file, reader } = readFileIn('things.sqlite');
  // A wrong parent means that the real one has ended. The reader would keep the process waiting for ever.
  const settings = { waitMsMax: 1e9, isShared: true, parent: process.pid + 1 };
  const child = spawn(process.execPath, [program, file, JSON.stringify(settings)]);
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(75);
  reader.close();
});

it('writes to no file that was put in the place of another while both were opened', async () => {
  const inDirectory = (name: string): string => join(directory, name);
  const file = inDirectory('things');
  const others = ['one', 'two'].map(inDirectory);
  for (const one of [file, ...others]) {
    const copy = SqliteTableSet.open(one, [inboundTable], 'live');
    await fill(copy, ROWS_AT_ONCE);
    await copy.close();
  }
  const before = others.map((one) => readFileSync(one));
  const replacing = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const others = ${JSON.stringify(others)};
    const { openSync, renameSync } = fs;
    fs.openSync = (file, ...more) => {
      if (file !== ${JSON.stringify(file)}) return openSync(file, ...more);
      renameSync(others[0], file);
      const opened = openSync(file, ...more);
      renameSync(file, others[0]);
      renameSync(others[1], file);
      return opened;
    };
    syncBuiltinESMExports();`;
  const preload = `data:text/javascript,${encodeURIComponent(replacing)}`;
  const settings = { waitMsMax: WAIT_MS_MAX, isShared: true, parent: process.pid };
  const args = ['--import', preload, program, file, JSON.stringify(settings)];
  const child = spawn(process.execPath, args);
  const [said, [code]] = await Promise.all([readText(child.stderr), once(child, 'exit')]);
  expect([code, said]).toEqual([1, expect.stringContaining('Error: the file was replaced')]);
  expect([others[0] ?? '', file].map((one) => readFileSync(one))).toEqual(before);
});

it('has erasures asked for again where a read model was deleted meanwhile', async () => {
  const file = join(directory, 'read-model.sqlite');
  const copy = SqliteTableSet.open(file, [inboundTable], 'live');
  rmSync(file);
  await expect(copy.purge()).rejects.toMatchObject({
    code: 'store-unavailable',
    message: expect.stringContaining('no such file or directory'),
  });
  await copy.close();
});

it('finds nothing in an empty file, and says of another that it is no database', async () => {
  const file = join(directory, 'things.sqlite');
  writeFileSync(file, '');
  expect(await overwriteRemnants(file, { waitMsMax: 0, isShared: true })).toBe(true);
  writeFileSync(file, 'short');
  await expect(overwriteRemnants(file, { waitMsMax: 0, isShared: true })).rejects.toThrow(
    'file is not a database',
  );
});

it('lets others commit meanwhile', async () => {
  const file = join(directory, 'things.sqlite');
  const writer = new DatabaseSync(file, { timeout: WAIT_MS_MAX });
  writer.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  writer.exec('CREATE TABLE things (number INTEGER PRIMARY KEY, name TEXT)');
  const work = { isOver: false };
  const overwriting = overwriteRemnants(file, { waitMsMax: WAIT_MS_MAX, isShared: true }).finally(
    () => (work.isOver = true),
  );
  const put = writer.prepare('INSERT INTO things (name) VALUES (?)');
  let things = 0;
  while (!work.isOver) {
    for (let some = 0; some < 50; some++) put.run(digestOf(String(things++)));
    await new Promise(setImmediate);
  }
  expect(await overwriting).toBe(true);
  expect(writer.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  expect(writer.prepare('SELECT count(*) AS things FROM things').get()).toEqual({ things });
  writer.close();
});

it('looks through a file once more for all who ask while it is looked through', async () => {
  const file = join(directory, 'things.sqlite');
  const writer = new DatabaseSync(file);
  writer.exec('PRAGMA journal_mode = WAL; CREATE TABLE things (name TEXT)');
  const first = overwriteRemnants(file, { waitMsMax: WAIT_MS_MAX, isShared: true });
  await new Promise(setImmediate);
  const others = Array.from({ length: 100 }, () =>
    overwriteRemnants(file, { waitMsMax: WAIT_MS_MAX, isShared: true }),
  );
  expect(new Set([first, ...others]).size).toBe(2);
  expect(await Promise.all([first, ...others])).not.toContain(false);
  writer.close();
});
