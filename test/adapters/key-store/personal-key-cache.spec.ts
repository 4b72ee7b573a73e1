import { MasterKeys, newMasterKey } from '../../../src/adapters/key-store/master-keys.js';
import { KEYS_MAX } from '../../../src/adapters/key-store/personal-key-cache.js';
import { SqliteKeyTable } from '../../../src/adapters/key-store/sqlite/sqlite-key-table.js';
import { TableKeyStore } from '../../../src/adapters/key-store/table-key-store.js';
import { eventually } from '../../support/watching/eventually.js';

const number = '447700900001';
const BATCH_EVENTS_MAX = 10_000;

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

it('keeps the keys of a batch until its events are opened, however many others it has', async () => {
  const table = new SqliteKeyTable(null);
  const master = new MasterKeys([newMasterKey()]);
  const [writer, reader] = [
    new TableKeyStore(table, master, 0),
    new TableKeyStore(table, master, 0),
  ];
  const idOf = async (person: number): Promise<string> => {
    const asked = { number: String(447_700_900_000 + person), mayReturn: true };
    const sealing = await writer.sealingKey(asked, '2026-11-28T00:00:00.000Z');
    return 'id' in sealing ? sealing.id : '';
  };
  const half = BATCH_EVENTS_MAX / 2;
  const persons = Array.from({ length: KEYS_MAX + half }, (_, person) => person);
  const ids = await Promise.all(persons.map(idOf));
  const batchOf = async (wanted: readonly string[]): Promise<number> => {
    await reader.fetchKeys(new Set(wanted));
    return wanted.filter((id) => reader.knownKey(id) !== undefined).length;
  };
  // The oldest that are known, and as many others, for which those would have to make room.
  await batchOf(ids.slice(0, KEYS_MAX));
  const mixed = [...ids.slice(0, half), ...ids.slice(-half)];
  expect(await batchOf(mixed)).toBe(BATCH_EVENTS_MAX);
  await table.close();
});
