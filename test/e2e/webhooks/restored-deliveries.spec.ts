import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebhookReceiver } from '../../support/doubles/webhook-receiver.js';
import { COMPILE_MS_MAX, compiledProgram } from '../../support/processes/compiled.js';
import { runCommand } from '../../support/processes/run-command.js';
import { sendTold, told, toldEndpoint } from '../../support/worlds/told-deliveries.js';
import { startWaybill, stopWaybills } from '../../support/worlds/waybill.js';

beforeAll(compiledProgram, COMPILE_MS_MAX);

let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});

afterEach(async () => {
  await stopWaybills();
  receiver.close();
});

it('a restored backup posts nothing again that a receiver has had before', async () => {
  const waybill = await startWaybill();
  const id = await toldEndpoint(waybill, receiver);
  const before = await sendTold(waybill, id);
  await waybill.stop();
  const backup = join(waybill.directory, 'backup');
  const copied = await runCommand('commands/backup.js', [backup], { DATA_DIR: waybill.directory });
  expect(copied).toMatchObject({ exitCode: 0 });

  const restored = await startWaybill({ started: false });
  for (const name of ['ledger.sqlite', 'keys.sqlite', 'deliveries.sqlite']) {
    await copyFile(join(backup, name), join(restored.directory, name));
  }
  const masterKey = join(waybill.directory, 'master-key');
  await copyFile(masterKey, join(restored.directory, 'master-key'));
  await restored.start();
  await restored.api.post('/v1/sending/release', { reason: 'Restored.', waiting: 'send' });
  await sendTold(restored, id);
  expect(told(receiver, before)).toBe(5);
});
