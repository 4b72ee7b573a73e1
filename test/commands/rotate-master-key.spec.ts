import { readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../support/processes/run-command.js';
import { recipient, startWaybill, stopWaybills } from '../support/worlds/waybill.js';

afterAll(stopWaybills);

it('rotates the master key while the service runs, and then the old one is needed no more', async () => {
  const waybill = await startWaybill();
  const file = join(waybill.directory, 'master-key');
  const keysIn = (): readonly string[] => readFileSync(file, 'utf8').trim().split('\n');
  const rotate = (...args: string[]) =>
    runCommand('commands/keys.js', ['rotate-master', ...args], { DATA_DIR: waybill.directory });
  const [before] = keysIn();
  const [to, next] = [recipient(), recipient()];
  const id = await waybill.send(to);
  await waybill.until(id, 'delivered');

  const begun = await rotate();
  expect([begun.errors, begun.exitCode]).toEqual(['', 0]);
  expect(begun.output).toMatch(/^1 of 1 keys/m);
  expect(keysIn()).toEqual([expect.not.stringContaining(before ?? ''), before]);
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  const other = await waybill.send(next);
  await waybill.until(other, 'delivered');
  expect((await waybill.message(id)).to).toBe(to);

  const early = await rotate('--finish');
  expect([early.exitCode, early.errors]).toEqual([1, expect.stringContaining('younger than')]);
  const minutesAgo = new Date(Date.now() - 300_000);
  utimesSync(file, minutesAgo, minutesAgo);
  // The service may have wrapped one with the old key before it looked again.
  const first = await rotate('--finish');
  const finished = first.exitCode === 0 ? first : await rotate('--finish');
  expect(finished).toMatchObject({ exitCode: 0, errors: '' });
  expect(keysIn()).toHaveLength(1);
  expect(keysIn()).not.toContain(before);

  await waybill.stop();
  await waybill.start();
  expect((await waybill.message(id)).to).toBe(to);
  expect((await waybill.message(other)).to).toBe(next);
  await waybill.until(await waybill.send(to), 'delivered');
});
