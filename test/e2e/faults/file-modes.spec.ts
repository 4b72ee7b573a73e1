import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backUpLedger } from '../../../src/adapters/event-store/sqlite/back-up-ledger.js';
import { makePrivate } from '../../../src/adapters/system/private-files.js';
import { launch } from '../../../src/launch.js';
import { recipient, startWaybill, stopWaybills } from '../../support/worlds/waybill.js';

const usual = process.umask(0o022);

afterEach(async () => {
  process.umask(0o022);
  await stopWaybills();
});

afterAll(() => process.umask(usual));

const modeOf = async (path: string): Promise<string> =>
  ((await stat(path)).mode & 0o777).toString(8);

async function modesIn(directory: string): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(directory);
  const modes = names.map(async (name) => [name, await modeOf(join(directory, name))] as const);
  return Object.fromEntries(await Promise.all(modes));
}

/** Returns the files that other users can read or write in any way. */
async function openToOthers(directory: string): Promise<readonly string[]> {
  const modes = Object.entries(await modesIn(directory));
  return modes.filter(([, mode]) => mode !== '600').map(([name, mode]) => `${name} ${mode}`);
}

it('lets nobody else read what the service and its backup write', async () => {
  await launch(async () => undefined);
  const waybill = await startWaybill({ started: false });
  await rm(waybill.directory, { recursive: true });
  await waybill.start();
  await waybill.until(await waybill.send(recipient()), 'delivered');
  const names = await readdir(waybill.directory);
  expect(names).toEqual(
    expect.arrayContaining(['ledger.sqlite', 'ledger.sqlite-wal', 'ledger.sqlite.lock']),
  );
  expect(names).toEqual(
    expect.arrayContaining(['read-model.sqlite', 'read-model-agenda-1.sqlite']),
  );
  expect(await openToOthers(waybill.directory)).toEqual([]);
  expect(await modeOf(waybill.directory)).toBe('700');

  const copy = `${waybill.directory}-copy`;
  await backUpLedger(waybill.directory, copy);
  expect(await openToOthers(copy)).toEqual([]);
  expect(await modeOf(copy)).toBe('700');
  await rm(copy, { recursive: true });
});

it('takes the rights of others from files that an earlier build has made', async () => {
  const waybill = await startWaybill();
  await waybill.until(await waybill.send(recipient()), 'delivered');
  await waybill.stop();
  for (const name of await readdir(waybill.directory)) {
    await chmod(join(waybill.directory, name), 0o644);
  }
  await writeFile(join(waybill.directory, 'ledger.sqlite.unfinished'), '', { mode: 0o644 });
  await chmod(waybill.directory, 0o755);
  process.umask(0o077);
  await waybill.start();
  expect(await openToOthers(waybill.directory)).toEqual([]);
  expect(await modeOf(waybill.directory)).toBe('700');
});

it('leaves what is not its own as it is', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'waybill-modes-'));
  await chmod(directory, 0o755);
  await writeFile(join(directory, 'ledger.sqlite'), '');
  await writeFile(join(directory, 'notes.txt'), '');
  await mkdir(join(directory, 'reports'));
  makePrivate(directory);
  expect(await modesIn(directory)).toEqual({
    'ledger.sqlite': '600',
    'notes.txt': '644',
    reports: '755',
  });
  expect(await modeOf(directory)).toBe('755');
  await rm(directory, { recursive: true });
});
