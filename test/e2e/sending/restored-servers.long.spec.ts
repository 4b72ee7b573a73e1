import { copyFile } from 'node:fs/promises';
import { newMasterKey } from '../../../src/adapters/key-store/master-keys.js';
import { keyFile } from '../../../src/adapters/key-store/sqlite/sqlite-key-table.js';
import { newSigningKey } from '../../../src/adapters/transparency-log/signing-key-file.js';
import { startPostgres } from '../../../testing/embedded-postgres.js';
import { EventStoreDbDouble } from '../../../testing/eventstoredb-double/eventstoredb-double.js';
import { eventually } from '../../support/watching/eventually.js';
import { ledgerOf, listed, sending, untilHeld } from '../../support/worlds/held-ledger.js';
import { recipient, startWaybill, stopWaybills } from '../../support/worlds/waybill.js';

it('holds sending where the read models on PostgreSQL are those of another ledger', async () => {
  const postgres = await startPostgres();
  try {
    const readModel = { kind: 'postgres', url: await postgres.newDatabase() } as const;
    const one = await startWaybill({ config: { readModel } });
    const id = await one.send(recipient());
    await one.until(id, 'delivered');
    await eventually(async () => (await listed(one)).includes(id));
    await one.stop();
    // It is longer than the first, so only its identity shows that it is another ledger.
    const longer = await startWaybill();
    const there = await Promise.all(Array.from({ length: 5 }, () => longer.send(recipient())));
    for (const sent of there) await longer.until(sent, 'delivered');
    await longer.stop();
    const { masterKeys } = longer.config;
    const other = await startWaybill({ config: { readModel, masterKeys }, started: false });
    await copyFile(ledgerOf(longer), ledgerOf(other));
    // The key store belongs to the ledger, and comes with it.
    await copyFile(keyFile(longer.directory), keyFile(other.directory));
    await other.start();
    await eventually(async () => (await sending(other)).state === 'held');
    const waiting = await other.send(recipient());
    expect(await untilHeld(other)).toMatchObject({
      cause: 'restored-copy',
      waiting: { high: 0, normal: 1, bulk: 0 },
    });
    await eventually(
      async () => (await listed(other)).toSorted().join() === [...there, waiting].toSorted().join(),
    );
    await other.api.post('/v1/sending/release', { reason: 'It is new.', waiting: 'unknown' });
    await other.until(waiting, 'delivered');
    await other.stop();
  } finally {
    await stopWaybills();
    await postgres.stop();
  }
});

/** Another server with the first records of this one, as after the restore of its backup. */
async function olderCopyOf({ ledger }: EventStoreDbDouble, records: number) {
  const older = await EventStoreDbDouble.start();
  for (const record of ledger.records.slice(0, records)) {
    if (!record.stream.startsWith('$')) older.ledger.append(record.stream, [record], 'any');
  }
  return older;
}

it('holds sending where EventStoreDB was put back, and rebuilds the read models that are ahead of it', async () => {
  const postgres = await startPostgres();
  const double = await EventStoreDbDouble.start();
  const shared = {
    readModel: { kind: 'postgres', url: postgres.url } as const,
    masterKeys: { keys: [newMasterKey()], file: null },
    log: { signingKey: newSigningKey(), keyFile: null, checkpointFile: null, host: 'localhost' },
  };
  const on = ({ url }: EventStoreDbDouble) =>
    startWaybill({ config: { ...shared, eventStore: { kind: 'eventstoredb', url } } });
  let older = double;
  try {
    const before = await on(double);
    const kept = await before.send(recipient());
    await before.until(kept, 'delivered');
    const backedUp = double.ledger.records.length;
    const lost = await before.send(recipient());
    await before.until(lost, 'delivered');
    await eventually(async () => (await listed(before)).length === 2);
    // Both messages are signed.
    await eventually(async () => {
      const { body } = await before.api.get(`/v1/messages/${lost}/proof`);
      return (body as { readonly waiting?: number }).waiting === 0;
    });
    await before.stop();
    double.stop();
    older = await olderCopyOf(double, backedUp);

    const after = await on(older);
    const waiting = await after.send(recipient());
    expect(await untilHeld(after)).toMatchObject({
      cause: 'restored-copy',
      waiting: { high: 0, normal: 1, bulk: 0 },
    });
    await eventually(async () => (await listed(after)).join() === [waiting, kept].join());
    // It is held once for one proof, also after another start.
    await after.stop();
    await after.start();
    await untilHeld(after);
    expect((await listed(after)).join()).toBe([waiting, kept].join());
    await after.api.post('/v1/sending/release', { reason: 'It is known.', waiting: 'send' });
    await after.until(waiting, 'delivered');
    await after.stop();
    await after.start();
    const later = await after.send(recipient());
    await after.until(later, 'delivered');
    expect(await sending(after)).toMatchObject({ state: 'flowing' });
    const holds = await after.api.get('/v1/sending/holds');
    expect(holds.as<{ items: readonly object[] }>(200).items).toHaveLength(1);
  } finally {
    await stopWaybills();
    older.stop();
    await postgres.stop();
  }
});
