import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { COMPILE_MS_MAX, compiledProgram } from '../../support/processes/compiled.js';
import { runCommand } from '../../support/processes/run-command.js';
import { recipient, startWaybill, stopWaybills } from '../../support/worlds/waybill.js';
import type { Waybill } from '../../support/worlds/waybill.js';

beforeAll(compiledProgram, COMPILE_MS_MAX);
afterAll(stopWaybills);

const migrate = (from: string, to: string) =>
  runCommand('commands/migrate-ledger.js', ['--to', to], { DATA_DIR: from });

/** Moves the files of a ledger and of its key store. */
function moveLedger(from: string, to: string): void {
  for (const name of readdirSync(from)) {
    if (/^(ledger|keys|deliveries)/.test(name)) renameSync(join(from, name), join(to, name));
  }
}

function removeFiles(directory: string, names: RegExp): void {
  for (const name of readdirSync(directory)) {
    if (names.test(name)) rmSync(join(directory, name), { recursive: true });
  }
}

async function erase({ url }: Waybill, number: string): Promise<number> {
  const answer = await fetch(`${url}/v1/contacts/${number}/data`, {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'asked by letter' }),
  });
  return answer.status;
}

it('shows a person who was erased before a rehearsal of a move, and written to before the move', async () => {
  const waybill = await startWaybill();
  const { directory } = waybill;
  const number = recipient();
  await waybill.until(await waybill.send(number), 'delivered');
  expect(await erase(waybill, number)).toBe(200);
  await waybill.stop();
  const to = join(directory, 'moved');
  expect(await migrate(directory, to)).toMatchObject({ exitCode: 0 });
  await waybill.start();
  const young = await waybill.send(number, { text: 'Your appointment is at nine' });
  await waybill.until(young, 'delivered');
  await waybill.stop();
  expect(await migrate(directory, to)).toMatchObject({ exitCode: 0 });
  removeFiles(directory, /^(ledger|keys|read-model|deliveries|transparency)/);
  moveLedger(to, directory);
  await waybill.start();
  expect(await waybill.message(young)).toMatchObject({
    to: number,
    text: 'Your appointment is at nine',
  });
});

it('brings back nobody who was erased in the copy, and takes no keys from it', async () => {
  const waybill = await startWaybill();
  const { directory } = waybill;
  const number = recipient();
  const id = await waybill.send(number);
  await waybill.until(id, 'delivered');
  await waybill.stop();
  const old = join(directory, 'old');
  const copy = join(directory, 'copy');
  expect(await migrate(directory, copy)).toMatchObject({ exitCode: 0 });
  expect(await migrate(directory, old)).toMatchObject({ exitCode: 0 });
  removeFiles(directory, /^(ledger|keys|read-model|deliveries|transparency)/);
  moveLedger(copy, directory);
  await waybill.start();
  expect(await erase(waybill, number)).toBe(200);
  const living = await waybill.send(recipient(), { text: 'Good morning' });
  await waybill.until(living, 'delivered');
  await waybill.stop();

  // The ledger of the copy holds the erasure, so it is not a beginning of the older one.
  const again = await migrate(old, directory);
  expect([again.exitCode, again.errors]).toEqual([
    1,
    expect.stringContaining('the source does not'),
  ]);
  // Without its ledger, nothing else knows of the erasure.
  const kept = join(directory, 'kept');
  expect(await migrate(directory, kept)).toMatchObject({ exitCode: 0 });
  removeFiles(directory, /^ledger/);
  const refused = await migrate(old, directory);
  expect([refused.exitCode, refused.errors]).toEqual([
    1,
    expect.stringContaining('move keys.sqlite out of the directory that is copied from'),
  ]);
  // Its advice holds.
  removeFiles(old, /^keys/);
  expect(await migrate(old, directory)).toMatchObject({ exitCode: 0 });
  await waybill.start();
  expect(await waybill.message(id)).toMatchObject({ to: 'erased' });
  await waybill.stop();
  removeFiles(directory, /^(ledger|read-model|transparency)/);
  removeFiles(kept, /^(keys|deliveries)/);
  moveLedger(kept, directory);
  await waybill.start();
  expect(await waybill.message(living)).toMatchObject({ text: 'Good morning' });
  expect(await waybill.message(id)).toMatchObject({ to: 'erased' });
});
