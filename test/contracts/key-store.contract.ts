import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyStore as Hashes } from '../../src/application/ports/key-store.js';
import type {
  Person,
  PersonalKey,
  PersonalKeys,
} from '../../src/application/ports/personal-keys.js';

type KeyStore = Hashes & PersonalKeys;

export interface OpenKeyStores {
  /** Opens another instance on the same rows. */
  readonly open: () => KeyStore;
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
      const hashes = await Promise.all(opened.map((store) => store.keyedHash('contact', '4477')));
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
        expect(await store.destroyKeys(number)).toEqual({ person, isNew: true, keys: 1 });
        expect(await store.destroyKeys(number)).toEqual({ person, isNew: false, keys: 0 });
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
