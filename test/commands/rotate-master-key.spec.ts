import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../support/processes/run-command.js';
import { eventually } from '../support/watching/eventually.js';
import { recipient, startWaybill, stopWaybills, type Waybill } from '../support/worlds/waybill.js';

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

describe('without the master key of the key store', () => {
  const rotate = (waybill: Waybill, ...args: string[]) =>
    runCommand('commands/keys.js', ['rotate-master', ...args], { DATA_DIR: waybill.directory });

  it('makes no other key in its place, and goes on when it is back', async () => {
    const waybill = await startWaybill();
    const to = recipient();
    const id = await waybill.send(to);
    await waybill.until(id, 'delivered');
    await waybill.stop();
    const file = join(waybill.directory, 'master-key');
    const kept = readFileSync(file);

    rmSync(file);
    const refused = await rotate(waybill);
    expect([refused.exitCode, refused.output]).toEqual([1, '']);
    expect(refused.errors).toContain('put the file master-key back into DATA_DIR');
    await waybill.start();
    expect((await waybill.api.get('/health/ready?part=ledger')).status).toBe(503);
    expect(existsSync(file)).toBe(false);

    writeFileSync(file, kept, { mode: 0o600 });
    await eventually(async () => (await waybill.api.get(`/v1/messages/${id}`)).status === 200);
    expect((await waybill.message(id)).to).toBe(to);
    await waybill.end();
  });

  it.each(['', 'half of a ke'])(
    'changes no file that holds no key, and names it: "%s"',
    async (text) => {
      const waybill = await startWaybill();
      await waybill.until(await waybill.send(recipient()), 'delivered');
      await waybill.stop();
      const file = join(waybill.directory, 'master-key');
      writeFileSync(file, text);
      const { exitCode, errors } = await rotate(waybill);
      expect([exitCode, errors]).toEqual([
        1,
        expect.stringMatching(/master-key must hold master keys/),
      ]);
      expect(readFileSync(file, 'utf8')).toBe(text);
      await waybill.end();
    },
  );
});

it('says that there is nothing to finish where nothing was begun', async () => {
  const waybill = await startWaybill();
  await waybill.until(await waybill.send(recipient()), 'delivered');
  const file = join(waybill.directory, 'master-key');
  const minutesAgo = new Date(Date.now() - 300_000);
  utimesSync(file, minutesAgo, minutesAgo);
  const args = ['rotate-master', '--finish'];
  const { output, exitCode } = await runCommand('commands/keys.js', args, {
    DATA_DIR: waybill.directory,
  });
  expect([exitCode, output]).toEqual([0, expect.stringContaining('No rotation is under way')]);
  await waybill.end();
});
