import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { markIn } from '../../application/erasure/destroy-again.js';
import { StoreUnavailable } from '../../application/errors.js';
import { isSameLedger } from '../../application/ports/ledger-origin.js';
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
 * repeated: what was destroyed since is then missing in the copy too.
 * @param ledger identity of the ledger to which the copy belongs
 * @returns undefined where there is nothing to copy
 * @throws Error when another key store is at `to`, another ledger uses the one there, or the master key is not theirs
 */
export async function copyKeyStore(
  from: KeyRowsConfig,
  to: KeyRowsConfig,
  masterKeys: MasterKeysConfig,
  ledger: string | undefined,
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
    await refuseUsed(target, ledger);
    const counts = { persons: 0, keys: 0 };
    await target.replaceAll(counted(source.allRows(), counts));
    return counts;
  } finally {
    await Promise.all([source.close(), target.close()]);
  }
}

/** True where a copy has nothing to copy: no key store was ever made there. */
export const isMissing = (rows: KeyRowsConfig): boolean =>
  rows.kind === 'sqlite' && rows.directory !== null && !existsSync(keyFile(rows.directory));

/** Destroyed keys of another ledger would come back: the copied ledger lacks their erasures, so nobody repeats them. @throws Error */
async function refuseUsed(target: KeyTable, ledger: string | undefined): Promise<void> {
  const mark = markIn(await target.erasuresSeen());
  if (mark === undefined) return;
  if (mark.ledger !== undefined && isSameLedger(mark.ledger, ledger)) return;
  throw new Error(
    'A service uses the key store to copy to with another ledger. It stays as it is: keys that were destroyed there would come back, and those made since would be lost. ' +
      'Copy to an empty directory or database. Or, where that key store is the newer one, move keys.sqlite out of the directory that is copied from, and give the command again.',
  );
}

async function fingerprintOf(rows: KeyRowsConfig, masterKeys: MasterKeysConfig): Promise<string> {
  const store = openKeyStore(rows, masterKeys);
  return store.fingerprint().finally(() => store.close());
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
