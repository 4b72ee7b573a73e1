import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { openKeyStore, openKeyTable } from '../../../src/adapters/key-store/open-key-store.js';
import { backUpKeys } from '../../../src/adapters/key-store/sqlite/back-up-keys.js';
import type { TableKeyStore as KeyStore } from '../../../src/adapters/key-store/table-key-store.js';
import { keyStoreContract } from '../../contracts/key-store.contract.js';

/** 32 bytes, in hexadecimal. */
const masterKeys = { keys: ['5a'.repeat(32)], file: null };

const at = '2026-11-28T12:00:00.000Z';

let directory: string;
let opened: KeyStore[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'waybill-keys-'));
  opened = [];
});
afterEach(async () => {
  for (const store of opened) await store.close();
  await rm(directory, { recursive: true });
});

function open(keys: readonly string[] = masterKeys.keys): KeyStore {
  const store = openKeyStore({ kind: 'sqlite', directory }, { keys, file: null });
  opened.push(store);
  return store;
}

keyStoreContract('SqliteKeyStore', async () => ({
  open,
  table: () => openKeyTable({ kind: 'sqlite', directory }),
  close: async () => undefined,
}));

it('writes no number to its files', async () => {
  await open().contactIdOf('447700900001');
  for (const name of await readdir(directory)) {
    expect((await readFile(join(directory, name))).includes('447700900001')).toBe(false);
  }
});

it('is copied while it is in use', async () => {
  const store = open();
  const id = await store.contactIdOf('447700900001');
  const copy = join(directory, 'copy');
  await mkdir(copy);
  expect(await backUpKeys(directory, copy)).toBe(join(copy, 'keys.sqlite'));
  const copied = openKeyStore({ kind: 'sqlite', directory: copy }, masterKeys);
  expect(await copied.findContactId('447700900001')).toBe(id);
  await copied.close();
});

it('is not copied where there is none', async () => {
  expect(await backUpKeys(join(directory, 'none'), directory)).toBeUndefined();
});

it('leaves no byte of a destroyed key in its files', async () => {
  const store = open();
  const key = await store.sealingKey({ number: '447700900001', mayReturn: true }, at);
  if ('erased' in key) throw new Error('Nobody was erased.');
  const [person = ''] = key.id.split('.');
  const wrapped = wrappedKeyOf(person);
  await store.destroyKeys('447700900001');
  for (const name of await readdir(directory)) {
    expect((await readFile(join(directory, name))).includes(wrapped)).toBe(false);
  }
});

it.each([
  ['of a month', (store: KeyStore) => store.destroyKeysBefore(202612)],
  ['of a person', (store: KeyStore, person: string) => store.destroyKeysOf(person)],
])(
  'empties its log of keys %s when it is asked again, where somebody read it before',
  async (_, destroy) => {
    const store = open();
    const key = await store.sealingKey({ number: '447700900001', mayReturn: true }, at);
    if ('erased' in key) throw new Error('Nobody was erased.');
    const [person = ''] = key.id.split('.');
    const wrapped = wrappedKeyOf(person);
    const reader = new DatabaseSync(join(directory, 'keys.sqlite'), { readOnly: true });
    reader.exec('BEGIN; SELECT count(*) FROM personal_keys');
    await expect(destroy(store, person)).rejects.toThrow('cannot be emptied');
    reader.close();
    expect(await destroy(store, person)).toBe(0);
    const log = await readFile(join(directory, 'keys.sqlite-wal'));
    expect(log.includes(wrapped)).toBe(false);
  },
  30_000,
);

it('forgets a destroyed key also where somebody reads its log', async () => {
  const store = open();
  const person = { number: '447700900001', mayReturn: false };
  const key = await store.sealingKey(person, at);
  if ('erased' in key) throw new Error('Nobody was erased.');
  const [id = ''] = key.id.split('.');
  const reader = new DatabaseSync(join(directory, 'keys.sqlite'), { readOnly: true });
  reader.exec('BEGIN; SELECT count(*) FROM personal_keys');
  expect(await store.destroyKeys(person.number)).toMatchObject({
    keys: 1,
    leftInFile: { message: expect.stringContaining('cannot be emptied') },
  });
  reader.close();
  expect(store.knownKey(key.id)).toBeUndefined();
  expect(await store.sealingKey({ id }, at)).toEqual({ erased: id });
  expect(await store.destroyKeys(person.number)).toEqual({
    person: id,
    keys: 1,
    erasedBefore: null,
    leftInFile: undefined,
  });
}, 30_000);

it('says which master key it needs', async () => {
  await open().keyedHash('contact', '4477');
  const other = openKeyStore(
    { kind: 'sqlite', directory },
    { keys: ['a5'.repeat(32)], file: null },
  );
  opened.push(other);
  await expect(other.keyedHash('contact', '4477')).rejects.toThrow(/MASTER_KEY/);
});

function wrappedKeyOf(person: string): Buffer {
  const database = new DatabaseSync(join(directory, 'keys.sqlite'), { readOnly: true });
  const row = database.prepare('SELECT wrapped FROM personal_keys WHERE person = ?').get(person);
  database.close();
  return Buffer.from(row?.['wrapped'] as Uint8Array);
}
