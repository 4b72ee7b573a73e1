import { MasterKeys, newMasterKey } from '../../../src/adapters/key-store/master-keys.js';
import { SqliteKeyTable } from '../../../src/adapters/key-store/sqlite/sqlite-key-table.js';
import { TableKeyStore } from '../../../src/adapters/key-store/table-key-store.js';
import { eventually } from '../../support/watching/eventually.js';

const number = '447700900001';

it('asks again for a key whose time is over, has it meanwhile, and forgets what others destroyed', async () => {
  const table = new SqliteKeyTable(null);
  const master = new MasterKeys([newMasterKey()]);
  const [reader, other] = [
    new TableKeyStore(table, master, 1),
    new TableKeyStore(table, master, 0),
  ];
  const sealing = await other.sealingKey({ number, mayReturn: true }, '2026-11-28T00:00:00.000Z');
  if (!('key' in sealing)) throw new Error('There is no key.');
  const wanted = new Set([sealing.id]);
  await reader.fetchKeys(wanted);

  const again = await eventually(() => {
    const fetching = reader.fetchKeys(wanted);
    if (fetching === undefined) throw new Error('The key is young.');
    return Promise.resolve({ fetching });
  });
  expect(reader.knownKey(sealing.id)).toBeDefined();
  await again.fetching;
  expect(reader.knownKey(sealing.id)).toBeDefined();

  await other.destroyKeys(number);
  await eventually(async () => {
    await reader.fetchKeys(wanted);
    return reader.knownKey(sealing.id) === undefined;
  });
  await table.close();
});
