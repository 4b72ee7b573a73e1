import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeyStore } from '../../src/application/ports/key-store.js';

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
  });
}
