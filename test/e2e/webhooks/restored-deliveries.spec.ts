import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WebhookReceiver } from '../../support/doubles/webhook-receiver.js';
import { COMPILE_MS_MAX, compiledProgram } from '../../support/processes/compiled.js';
import { runCommand } from '../../support/processes/run-command.js';
import { eventually } from '../../support/watching/eventually.js';
import {
  recipient,
  startWaybill,
  stopWaybills,
  type Waybill,
} from '../../support/worlds/waybill.js';

beforeAll(compiledProgram, COMPILE_MS_MAX);

let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});

afterEach(async () => {
  await stopWaybills();
  receiver.close();
});

/** The statuses that the receiver has got of a message. */
const told = (id: string): number =>
  receiver.received.filter(({ data }) => data['id'] === id).length;

async function send(waybill: Waybill, endpointId: string): Promise<string> {
  const id = await waybill.send(recipient());
  await waybill.until(id, 'delivered');
  // Kept: what was only posted may be posted again after a stop.
  await eventually(async () => {
    const list = await waybill.api.get(`/v1/webhook-endpoints/${endpointId}/deliveries`);
    const { items } = list.as<{ items: readonly { stream: string; state: string }[] }>(200);
    return (
      items.filter((one) => one.stream === `message-${id}` && one.state === 'delivered').length ===
      5
    );
  });
  return id;
}

it('a restored backup posts nothing again that a receiver has had before', async () => {
  const waybill = await startWaybill();
  const endpoint = { url: receiver.url, events: ['message.status_changed'] };
  const made = await waybill.api.post('/v1/webhook-endpoints', endpoint);
  const { id } = made.as<{ readonly id: string }>(201);
  const before = await send(waybill, id);
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
  await send(restored, id);
  expect(told(before)).toBe(5);
});
