import { existsSync } from 'node:fs';
import type { KeyTable } from './key-table.js';
import { masterKeysIn } from './master-key-file.js';
import { MasterKeys, newMasterKey } from './master-keys.js';
import { PostgresKeyTable } from './postgres/postgres-key-table.js';
import { isSecretWrapped, SqliteKeyTable } from './sqlite/sqlite-key-table.js';
import { TableKeyStore } from './table-key-store.js';

export type KeyRowsConfig =
  /** The file `keys.sqlite` in this directory; without one, in memory. */
  | { readonly kind: 'sqlite'; readonly directory: string | null }
  | { readonly kind: 'postgres'; readonly url: string };

/** The keys that wrap all others. */
export interface MasterKeysConfig {
  /** `MASTER_KEY`: the current one first; null: those in the file. */
  readonly keys: readonly string[] | null;
  /** Made at the first start; null: a key that ends with the process. */
  readonly file: string | null;
}

/** Other threads and instances destroy keys: this long a destroyed one may stay in use. */
const KEYS_CACHED_MS_MAX = 10_000;

/** @throws RangeError for a master key that is none */
export function openKeyStore(rows: KeyRowsConfig, masterKeys: MasterKeysConfig): TableKeyStore {
  const master = openMasterKeys(masterKeys, rows);
  const isShared = rows.kind === 'postgres' || rows.directory !== null;
  const cachedMsMax = isShared ? KEYS_CACHED_MS_MAX : 0;
  return new TableKeyStore(openKeyTable(rows), master, cachedMsMax, rows.kind === 'postgres');
}

/**
 * A file is followed, so that a rotation needs no restart. None is made for a key store that another one has wrapped: it would lie in
 * the place of the one that must come back.
 * @throws RangeError for a master key that is none
 */
export function openMasterKeys({ keys, file }: MasterKeysConfig, rows: KeyRowsConfig): MasterKeys {
  if (keys !== null) return new MasterKeys(keys);
  if (file === null) return new MasterKeys([newMasterKey()]);
  if (existsSync(file) || !isWrapped(rows)) {
    return new MasterKeys(masterKeysIn(file), () => masterKeysIn(file));
  }
  const unfit = [newMasterKey()];
  return new MasterKeys(unfit, () => (existsSync(file) ? masterKeysIn(file) : unfit));
}

const isWrapped = (rows: KeyRowsConfig): boolean =>
  rows.kind === 'sqlite' && rows.directory !== null && isSecretWrapped(rows.directory);

export const openKeyTable = (rows: KeyRowsConfig): KeyTable =>
  rows.kind === 'postgres' ? new PostgresKeyTable(rows.url) : new SqliteKeyTable(rows.directory);
