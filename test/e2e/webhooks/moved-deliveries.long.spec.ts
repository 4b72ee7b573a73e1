import { randomUUID } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import { WebhookReceiver } from '../../support/doubles/webhook-receiver.js';
import { COMPILE_MS_MAX, compiledProgram } from '../../support/processes/compiled.js';
import { runCommand } from '../../support/processes/run-command.js';
import { eventually } from '../../support/watching/eventually.js';
import { sendTold, told, toldEndpoint, untilKept } from '../../support/worlds/told-deliveries.js';
import { recipient, startWaybill, stopWaybills } from '../../support/worlds/waybill.js';

beforeAll(compiledProgram, COMPILE_MS_MAX);

let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await WebhookReceiver.start();
});

afterEach(async () => {
  await stopWaybills();
  receiver.close();
});

it('a ledger that moved to servers posts nothing again, and tries again what has failed', async () => {
  const waybill = await startWaybill();
  const id = await toldEndpoint(waybill, receiver);
  const before = await sendTold(waybill, id);
  receiver.answer = () => 503;
  const failed = await waybill.send(recipient());
  await waybill.until(failed, 'delivered');
  await eventually(async () => {
    const list = await waybill.api.get(`/v1/webhook-endpoints/${id}/deliveries`);
    const { items } = list.as<{ items: readonly { state: string }[] }>(200);
    return items.filter(({ state }) => state === 'pending').length === 5;
  });
  await waybill.stop();
  const refused = told(receiver, failed);
  receiver.answer = () => 204;

  const double = await EventStoreDbDouble.start();
  const postgres = await startPostgres();
  try {
    const moved = await runCommand('commands/migrate-ledger.js', [], {
      DATA_DIR: waybill.directory,
      EVENTSTORE_URL: double.url,
      READ_MODEL: 'postgres',
      DATABASE_URL: postgres.url,
    });
    expect([moved.exitCode, moved.output]).toEqual([0, expect.stringContaining('1 receivers')]);
    Object.assign(waybill.config, {
      eventStore: { kind: 'eventstoredb', url: double.url },
      readModel: { kind: 'postgres', url: postgres.url },
    });
    await waybill.start();
    await sendTold(waybill, id);
    await untilKept(waybill, id, failed);
    expect(told(receiver, failed)).toBe(refused + 5);
    expect(told(receiver, before)).toBe(5);

    // And back: the copy of a ledger on servers is a whole service.
    await waybill.stop();
    const back = await startWaybill({ started: false });
    const args = ['--from', double.url, '--to', back.directory];
    const returned = await runCommand('commands/migrate-ledger.js', args, {
      DATA_DIR: waybill.directory,
      READ_MODEL: 'postgres',
      DATABASE_URL: postgres.url,
    });
    expect([returned.exitCode, returned.errors]).toEqual([0, expect.any(String)]);
    const masterKey = join(waybill.directory, 'master-key');
    await copyFile(masterKey, join(back.directory, 'master-key'));
    await back.start();
    await sendTold(back, id);
    expect(told(receiver, before)).toBe(5);
    expect(told(receiver, failed)).toBe(refused + 5);
  } finally {
    await waybill.stop();
    double.stop();
    await postgres.stop();
  }
});

it('a ledger that moved to another server of the same database posts nothing again', async () => {
  const [old, other] = [await EventStoreDbDouble.start(), await EventStoreDbDouble.start()];
  const postgres = await startPostgres();
  // The same events lie elsewhere on the other server.
  const bytes = new Uint8Array(2_000);
  const record = { id: randomUUID(), type: '$stats', contentType: 'application/json' as const };
  other.ledger.append('$stats', [{ ...record, data: bytes, metadata: bytes }], 'any');
  const waybill = await startWaybill({
    config: {
      eventStore: { kind: 'eventstoredb', url: old.url },
      readModel: { kind: 'postgres', url: postgres.url },
    },
  });
  try {
    const id = await toldEndpoint(waybill, receiver);
    const before = await sendTold(waybill, id);
    await waybill.stop();
    // The first is a rehearsal: the old server goes on.
    for (const round of ['rehearsed', 'moved']) {
      const moved = await runCommand('commands/migrate-ledger.js', ['--from', old.url], {
        DATA_DIR: waybill.directory,
        EVENTSTORE_URL: other.url,
        READ_MODEL: 'postgres',
        DATABASE_URL: postgres.url,
      });
      expect([moved.exitCode, moved.output]).toEqual([0, expect.stringContaining('1 receivers')]);
      if (round === 'moved') {
        Object.assign(waybill.config, { eventStore: { kind: 'eventstoredb', url: other.url } });
      }
      await waybill.start();
      if (round === 'moved') {
        await eventually(async () => {
          const sending = (await waybill.api.get('/v1/sending')).as<{ readonly state: string }>(
            200,
          );
          return sending.state === 'held';
        });
        const decision = { reason: 'Moved.', waiting: 'send' };
        (await waybill.api.post('/v1/sending/release', decision)).as(200);
      }
      await sendTold(waybill, id);
      expect(told(receiver, before)).toBe(5);
      await waybill.stop();
    }
  } finally {
    await waybill.stop();
    old.stop();
    other.stop();
    await postgres.stop();
  }
});
