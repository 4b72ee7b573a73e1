import type { KeyStore as Hashes } from '../../src/application/ports/key-store.js';
import { eventually } from '../support/watching/eventually.js';
import type { KeyTable, Rewrapped } from '../../src/adapters/key-store/key-table.js';
import { MasterKeys } from '../../src/adapters/key-store/master-keys.js';
import { rewrapKeys } from '../../src/adapters/key-store/rewrap-keys.js';
import type {
  Person,
  PersonalKey,
  PersonalKeys,
} from '../../src/application/ports/personal-keys.js';

type KeyStore = Hashes & PersonalKeys;

export interface OpenKeyStores {
  /** Opens another instance on the same rows. @param masterKeys the current one first; the test's own by default */
  readonly open: (masterKeys?: readonly string[]) => KeyStore;
  /** Opens the same rows without their meaning. */
  readonly table: () => KeyTable;
  readonly close: () => Promise<void>;
}

/** The contract that every key store must pass unchanged. */
export function keyStoreContract(name: string, openAll: () => Promise<OpenKeyStores>): void {
  describe(`${name} as a KeyStore`, () => {
    let stores: OpenKeyStores;
    beforeEach(async () => {
      stores = await openAll();
    });
    afterEach(() => stores.close());

    it('gives the same hash to instances that make the secret at the same time, and after a restart', async () => {
      const opened = [stores.open(), stores.open(), stores.open()];
      const hashes = await Promise.all(
        opened.map(async (store) => store.keyedHash('contact', '4477')),
      );
      await Promise.all(opened.map((store) => store.close()));
      hashes.push(await stores.open().keyedHash('contact', '4477'));
      expect(new Set(hashes.map((hash) => hash.toString('hex'))).size).toBe(1);
      expect(hashes[0]?.length).toBe(32);
    });

    it('gives another hash to another text and to another purpose', async () => {
      const store = stores.open();
      const hashes = await Promise.all([
        store.keyedHash('contact', '4477'),
        store.keyedHash('contact', '4478'),
        store.keyedHash('webhook-endpoint', '4477'),
      ]);
      expect(new Set(hashes.map((hash) => hash.toString('hex'))).size).toBe(3);
    });

    it('makes one id for a number, whoever asks first', async () => {
      const [one, other] = [stores.open(), stores.open()];
      expect(await other.findContactId('447700900001')).toBeUndefined();
      const asked = [one, other, one, other].map((store) => store.contactIdOf('447700900001'));
      const ids = new Set(await Promise.all(asked));
      expect(ids.size).toBe(1);
      await one.close();
      expect([await stores.open().findContactId('447700900001')]).toEqual([...ids]);
      expect(await other.findContactId('447700900001')).toBe([...ids][0]);
    });

    it('makes ids that tell nothing of the number', async () => {
      const store = stores.open();
      const id = await store.contactIdOf('447700900001');
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(await store.contactIdOf('447700900002')).not.toBe(id);
    });

    it('finds no id that nobody made', async () => {
      const store = stores.open();
      expect(await store.findContactId('447700900001')).toBeUndefined();
      expect(await stores.open().findContactId('447700900001')).toBeUndefined();
    });

    describe('as the keys of personal fields', () => {
      const at = '2026-11-28T12:00:00.000Z';
      const number = '447700900001';
      const asked = { number, mayReturn: true };

      /** Fails for an erased person. */
      async function keyOf(
        store: KeyStore,
        person: Person | undefined,
        when = at,
      ): Promise<PersonalKey> {
        const found = await store.sealingKey(person, when);
        if ('erased' in found) throw new Error(`${found.erased} was erased.`);
        return found;
      }

      it('gives one key for a person and month to all instances, also after a restart', async () => {
        const [one, other] = [stores.open(), stores.open()];
        const keys = await Promise.all(
          [one, other, one, other].map((store) => keyOf(store, asked)),
        );
        await one.close();
        keys.push(await keyOf(stores.open(), asked));
        expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
        expect(new Set(keys.map(({ key }) => key.export().toString('hex'))).size).toBe(1);
        expect(keys[0]?.id).not.toContain(number);
      });

      it('gives another key for another person, month and day', async () => {
        const store = stores.open();
        const keys = await Promise.all([
          keyOf(store, asked),
          keyOf(store, { number: '447700900002', mayReturn: false }),
          keyOf(store, asked, '2026-12-01T00:00:00.000Z'),
          keyOf(store, undefined),
          keyOf(store, undefined, '2026-11-29T00:00:00.000Z'),
        ]);
        expect(new Set(keys.map(({ key }) => key.export().toString('hex'))).size).toBe(5);
        const [person, , nextMonth] = keys.map(({ id }) => id.split('.')[0]);
        expect(nextMonth).toBe(person);
      });

      it('fetches keys by their ids', async () => {
        const known = await keyOf(stores.open(), asked);
        const other = stores.open();
        expect(other.knownKey(known.id)).toBeUndefined();
        await other.fetchKeys(new Set([known.id, 'nobody.202611', 'nobody']));
        expect(other.knownKey(known.id)?.equals(known.key)).toBe(true);
        expect(other.knownKey('nobody.202611')).toBeUndefined();
        expect(other.fetchKeys(new Set([known.id]))).toBeUndefined();
      });

      it('destroys the keys of one person for ever, and leaves the others', async () => {
        const store = stores.open();
        const { id } = await keyOf(store, asked);
        const other = await keyOf(store, { number: '447700900002', mayReturn: true });
        const [person] = id.split('.');
        const destroyed = { person, keys: 1, erasedBefore: null };
        for (const one of [store, store, stores.open()]) {
          expect(await one.destroyKeys(number)).toMatchObject(destroyed);
        }
        expect(await store.destroyKeys('447700900003')).toBeUndefined();
        expect(store.knownKey(id)).toBeUndefined();
        const later = stores.open();
        await later.fetchKeys(new Set([id, other.id]));
        expect(later.knownKey(id)).toBeUndefined();
        expect(later.knownKey(other.id)).toBeDefined();
      });

      it('makes no key for an erased person, until the person returns as another', async () => {
        const store = stores.open();
        const { id } = await keyOf(store, asked);
        const [person = ''] = id.split('.');
        await store.destroyKeys(number);
        for (const one of [store, stores.open()]) {
          expect(await one.sealingKey({ number, mayReturn: false }, at)).toEqual({
            erased: person,
          });
          expect(await one.sealingKey({ id: person }, at)).toEqual({ erased: person });
        }
        const returned = await keyOf(store, asked);
        expect(returned.id).not.toBe(id);
        expect(await keyOf(store, { number, mayReturn: false })).toEqual(returned);
        expect(await store.sealingKey({ id: person }, at)).toEqual({ erased: person });
        expect(await store.destroyKeys(number)).toMatchObject({ keys: 1, erasedBefore: person });
      });

      it('lets no person return as the erased one, also where an instance still remembers it', async () => {
        const [one, other] = [stores.open(), stores.open()];
        const { id } = await keyOf(one, asked);
        const [person = ''] = id.split('.');
        await other.destroyKeys(number);
        const nextMonth = '2026-12-01T00:00:00.000Z';
        const returned = await keyOf(one, asked, nextMonth);
        expect(returned.id).not.toContain(person);
        expect(await keyOf(other, { number, mayReturn: false }, nextMonth)).toEqual(returned);
        // As is done with everybody whom the ledger calls erased.
        expect(await other.destroyKeysOf(person)).toBe(0);
      });

      it.each([
        ['', (store: KeyStore) => store.destroyKeys(number)],
        [' again', (store: KeyStore, person: string) => store.destroyKeysOf(person)],
      ])('gives a new key to what comes while a person is erased%s', async (_, erase) => {
        const [store, other] = [stores.open(), stores.open()];
        const { id } = await keyOf(store, asked);
        const [person = ''] = id.split('.');
        const erasing = erase(store, person);
        await eventually(() => other.hasErased(person));
        const returned = await keyOf(store, asked);
        await erasing;
        await store.fetchKeys(new Set([returned.id]));
        expect(store.knownKey(returned.id)).toEqual(returned.key);
      });

      it("destroys the keys of an erased person again, by the id, and nobody else's", async () => {
        const store = stores.open();
        const { id } = await keyOf(store, asked);
        const other = await keyOf(store, { number: '447700900002', mayReturn: true });
        const [person = ''] = id.split('.');
        expect(await store.destroyKeysOf(person)).toBe(1);
        expect(await store.destroyKeysOf(person)).toBe(0);
        expect(await store.destroyKeysOf('nobody')).toBe(0);
        expect([await store.hasErased(person), await store.hasErased('nobody')]).toEqual([
          true,
          false,
        ]);
        expect(await store.sealingKey({ number, mayReturn: false }, at)).toEqual({
          erased: person,
        });
        const later = stores.open();
        await later.fetchKeys(new Set([id, other.id]));
        expect([later.knownKey(id), later.knownKey(other.id)?.equals(other.key)]).toEqual([
          undefined,
          true,
        ]);
      });

      it('remembers how far erasures were looked at', async () => {
        const store = stores.open();
        expect(await store.erasuresSeen()).toBeUndefined();
        await store.noteErasuresSeen('here');
        await store.noteErasuresSeen('there');
        expect(await stores.open().erasuresSeen()).toBe('there');
      });

      it('is wrapped with a new master key, also after a fault half way, and needs the old one no more', async () => {
        const [older, newer] = ['5a'.repeat(32), '7b'.repeat(32)];
        const numbers = Array.from({ length: 25 }, (_, index) => `4477009001${10 + index}`);
        const before = stores.open([older]);
        const hash = await before.keyedHash('contact', number);
        const keys = await Promise.all(
          numbers.map((one) => keyOf(before, { number: one, mayReturn: true })),
        );
        const rotated = new MasterKeys([newer, older]);
        const table = stores.table();
        const faulty = new Proxy(table, {
          get(target, method: keyof KeyTable) {
            if (method !== 'rewrap') return target[method].bind(target);
            return (changes: readonly Rewrapped[]) =>
              changes.some(({ person }) => person > middle)
                ? Promise.reject(new Error('the disk is full'))
                : target.rewrap(changes);
          },
        });
        const people = keys.map(({ id }) => id.split('.')[0] ?? '').toSorted();
        const middle = people[14] ?? '';
        await expect(rewrapKeys(faulty, rotated, undefined, 5)).rejects.toThrow('the disk is full');

        // Half of the keys need the new one now, half the old one.
        const both = stores.open([newer, older]);
        const ids = new Set(keys.map(({ id }) => id));
        await both.fetchKeys(ids);
        expect(keys.every(({ id, key }) => both.knownKey(id)?.equals(key))).toBe(true);
        await expect(stores.open([newer]).fetchKeys(ids)).rejects.toThrow(/master key/);

        // A key that is destroyed between the look and the write stays destroyed.
        await both.destroyKeys(numbers[20] ?? '');
        expect(await rewrapKeys(table, rotated, undefined, 5)).toMatchObject({ keys: 24 });
        expect(await rewrapKeys(table, rotated)).toEqual({ keys: 24, rewrapped: 0 });
        await table.close();
        const alone = stores.open([newer]);
        expect((await alone.keyedHash('contact', number)).equals(hash)).toBe(true);
        await alone.fetchKeys(ids);
        const known = keys.filter(({ id, key }) => alone.knownKey(id)?.equals(key) === true);
        expect(known).toHaveLength(24);
      });

      it('exchanges no key that was destroyed or exchanged meanwhile', async () => {
        await keyOf(stores.open(), asked);
        const table = stores.table();
        const [row] = await table.keysAfter(undefined, 10);
        if (row === undefined) throw new Error('There is no key.');
        const change = { ...row, before: Buffer.from('another'), wrapped: Buffer.from('new') };
        expect(await table.rewrap([change])).toBe(0);
        await table.erasePerson(row.person);
        expect(await table.rewrap([{ ...change, before: row.wrapped }])).toBe(0);
        expect(await table.keysAfter(undefined, 10)).toEqual([]);
        await table.close();
      });

      it('destroys keys by age', async () => {
        const store = stores.open();
        const old = await keyOf(store, asked);
        const young = await keyOf(store, asked, '2026-12-01T00:00:00.000Z');
        expect(await store.destroyKeysBefore(202_612)).toBe(1);
        await store.fetchKeys(new Set([old.id, young.id]));
        expect(store.knownKey(old.id)).toBeUndefined();
        expect(store.knownKey(young.id)).toBeDefined();
      });
    });
  });
}
