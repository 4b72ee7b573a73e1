import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../support/processes/run-command.js';
import { recipient, startWaybill, stopWaybills, type Waybill } from '../support/worlds/waybill.js';

let waybill: Waybill;
let directory: string;

beforeAll(async () => {
  waybill = await startWaybill();
  directory = await mkdtemp(join(tmpdir(), 'waybill-report-'));
});

afterAll(async () => {
  await stopWaybills();
  await rm(directory, { recursive: true, force: true });
});

const reconcile = (...args: readonly string[]) =>
  runCommand('commands/reconcile.js', args, { WAYBILL_URL: waybill.url });

test('the command sends the file, says what was missing and exits with 3 for a contradiction', async () => {
  waybill.sandbox.configure({ statusUrl: null });
  const id = await waybill.send(recipient());
  await waybill.until(id, 'sent');
  await waybill.sandbox.settled();
  const file = join(directory, 'report.csv');
  const report = waybill.sandbox.report();
  await writeFile(file, report);

  const rehearsed = await reconcile(file, '--dry-run');
  expect(rehearsed).toMatchObject({ errors: '', exitCode: 0 });
  expect(rehearsed.output).toContain('Nothing was recorded: --dry-run.');

  const first = await reconcile(file);
  expect(first).toMatchObject({ errors: '', exitCode: 0 });
  expect(first.output).toContain('1 were missing here');
  expect(first.output).toContain(`${id} was sent, Vonage says delivered`);
  expect(first.output).toContain('Recorded: 1, by reconciliation');

  await writeFile(file, report.replace('"delivered",""', '"rejected","1170"'));
  const denied = await reconcile(file, '--json');
  expect(denied.exitCode).toBe(3);
  expect(JSON.parse(denied.output)).toMatchObject({ recorded: 1, counts: { contradict: 1 } });

  await writeFile(file, 'a,b\n');
  const refused = await reconcile(file);
  expect(refused.exitCode).toBe(1);
  expect(refused.errors).toContain('no column account_id');
});

test('says what asking Vonage costs, and asks only when that is agreed to', async () => {
  const idle = await reconcile('--stuck');
  expect(idle).toMatchObject({ exitCode: 0, errors: '' });
  expect(idle.output).toContain('No message is unknown or unconfirmed.');

  const both = await reconcile('--stuck', 'report.csv');
  expect(both.exitCode).toBe(2);
  expect(both.errors).toContain('--stuck takes no file');

  const older = await reconcile('--stuck', '--until', '2026-01-01');
  expect(older).toMatchObject({ exitCode: 0, errors: '' });
  const noTime = await reconcile('--stuck', '--until', 'yesterday');
  expect([noTime.exitCode, noTime.errors]).toEqual([1, expect.stringContaining('until is not a')]);
  const ofFile = await reconcile('report.csv', '--until', '2026-01-01');
  expect(ofFile.errors).toContain('--until is for --stuck only');
});

test('says of what is no file that it is none, and not that the service is away', async () => {
  const { exitCode, errors } = await reconcile(directory);
  expect([exitCode, errors]).toEqual([2, expect.stringContaining(`${directory} is no file`)]);
  const missing = await reconcile(join(directory, 'missing.csv'));
  expect(missing).toMatchObject({ exitCode: 2, output: '' });
  expect(missing.errors).toMatch(/missing\.csv cannot be read: ENOENT/);
});
