import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { StoreUnavailable } from '../../application/errors.js';
import {
  openKeyStore,
  openKeyTable,
  openMasterKeys,
  type KeyRowsConfig,
  type MasterKeysConfig,
} from './open-key-store.js';
import type { KeyStoreRows, KeyTable } from './key-table.js';
import { keyFile } from './sqlite/sqlite-key-table.js';
import { UnknownMasterKey } from './master-keys.js';
import { KEY_STORE_SECRET, SECRET_BYTES } from './table-key-store.js';

export interface CopiedKeys {
  readonly persons: number;
  readonly keys: number;
}

/**
 * Makes the key store at `to` a copy of the one at `from`, under the same master key. Nothing else may use them meanwhile. May be
 * repeated: what was destroyed since is then missing in the copy too. Nor does it bring back what was destroyed in the copy that it
 * replaces: an older key store may be copied once more.
 * @returns undefined where there is nothing to copy
 * @throws Error when another key store is at `to`, or the master key is not theirs
 */
export async function copyKeyStore(
  from: KeyRowsConfig,
  to: KeyRowsConfig,
  masterKeys: MasterKeysConfig,
): Promise<CopiedKeys | undefined> {
  if (isDeepStrictEqual(from, to) || isMissing(from)) return undefined;
  const [source, target] = [openKeyTable(from), openKeyTable(to)];
  try {
    const proposed = openMasterKeys(masterKeys, from).wrap(
      randomBytes(SECRET_BYTES),
      KEY_STORE_SECRET,
    );
    await target.secret(await source.secret(proposed));
    const own = await fingerprintOf(from, masterKeys);
    const there = await fingerprintOf(to, masterKeys).catch((error: unknown) => {
      // Words about the master key would blame that of the key store to copy.
      if (!(error instanceof StoreUnavailable && error.cause instanceof UnknownMasterKey))
        throw error;
    });
    if (there !== own) {
      throw new Error('The key store to copy to is that of another ledger. Give an empty one.');
    }
    const counts = { persons: 0, keys: 0 };
    const erasedThere = await erasedIn(target);
    await target.replaceAll(counted(unlessErased(source.allRows(), erasedThere), counts));
    return counts;
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

/** True where a copy has nothing to copy: no key store was ever made there. */
export const isMissing = (rows: KeyRowsConfig): boolean =>
  rows.kind === 'sqlite' && rows.directory !== null && !existsSync(keyFile(rows.directory));

async function fingerprintOf(rows: KeyRowsConfig, masterKeys: MasterKeysConfig): Promise<string> {
  const store = openKeyStore(rows, masterKeys);
  return store.fingerprint().finally(() => store.close());
}

/** The present ids of the persons who were erased there, by their hashes; null: not known since. */
type ErasedThere = ReadonlyMap<string, string | null>;

const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');

async function erasedIn(table: KeyTable): Promise<ErasedThere> {
  const erased = new Map<string, string | null>();
  for await (const { persons } of table.allRows()) {
    for (const person of persons) {
      if (person.erased !== null) erased.set(hex(person.hash), person.id);
    }
  }
  return erased;
}

/** Persons come before their keys. */
async function* unlessErased(
  all: AsyncIterable<KeyStoreRows>,
  erasedThere: ErasedThere,
): AsyncGenerator<KeyStoreRows> {
  const destroyed = new Set<string>();
  for await (const { contacts, persons, keys } of all) {
    yield {
      contacts,
      persons: persons.map((person) => {
        const there = erasedThere.get(hex(person.hash));
        if (there === undefined || person.id === null || person.id === there) return person;
        destroyed.add(person.id);
        return { ...person, id: null, erased: person.id };
      }),
      keys: keys.filter(({ person }) => !destroyed.has(person)),
    };
  }
}

async function* counted(
  all: AsyncIterable<KeyStoreRows>,
  counts: { persons: number; keys: number },
): AsyncGenerator<KeyStoreRows> {
  for await (const rows of all) {
    counts.persons += rows.persons.length;
    counts.keys += rows.keys.length;
    yield rows;
  }
}
