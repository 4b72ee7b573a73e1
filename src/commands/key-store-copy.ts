import { chmodSync, copyFileSync, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createDirectory } from '../adapters/files/create-directory.js';
import type { EventStoreConfig, Ledger } from '../adapters/event-store/event-store.module.js';
import { nameIn } from '../adapters/event-store/bound/named-key-store.js';
import { copyKeyStore, isMissing, type CopiedKeys } from '../adapters/key-store/copy-key-store.js';
import { openKeyStore, type MasterKeysConfig } from '../adapters/key-store/open-key-store.js';
import type { UnboundKeyStore } from '../application/ports/key-store.js';
import { KEY_STORE_STREAM } from '../application/streams.js';
import { keyRowsOf, parseConfig } from '../config.js';

const PRIVATE = 0o600;
/** Files of DATA_DIR that a copy of a ledger needs as they are. */
const KEPT_FILES = ['master-key', 'log-signing-key.pem'];

/** Copies the keys that lie in files of their own, unless the other directory has them. */
export function copyKeyFiles(from: string, to: string): void {
  createDirectory(to);
  for (const name of KEPT_FILES) {
    const copy = join(to, name);
    if (!existsSync(join(from, name)) || existsSync(copy)) continue;
    // Whole or not at all: a repeat after a full disk would take half of a key for one.
    const unfinished = `${copy}.unfinished`;
    copyFileSync(join(from, name), unfinished);
    chmodSync(unfinished, PRIVATE);
    renameSync(unfinished, copy);
  }
}

export type StoredLedger = Exclude<EventStoreConfig, { readonly kind: 'memory' }>;

/**
 * Takes the key store of a ledger along to its copy: without it nobody could read what is personal in the copy. Do it after the
 * ledger, so that every key that the copy needs is there.
 * @returns undefined where both ledgers use one key store, or there is none
 * @throws Error when the key store, or the master key, is not that of the ledger; when another ledger uses the one to copy to
 */
export async function takeKeyStoreAlong(
  from: StoredLedger,
  to: StoredLedger,
  source: Ledger,
  target: Ledger,
): Promise<CopiedKeys | undefined> {
  const { readModel, masterKeys } = parseConfig(process.env);
  const rows = keyRowsOf({ eventStore: from, readModel });
  const master = masterKeysOf(from, masterKeys);
  if (isMissing(rows)) return undefined;
  const keys = openKeyStore(rows, master);
  await checkNamed(keys, source).finally(() => keys.close());
  if (to.kind === 'sqlite' && rows.kind === 'sqlite' && rows.directory !== null) {
    copyKeyFiles(rows.directory, to.directory);
  }
  const { identity } = await target.origin();
  return copyKeyStore(rows, keyRowsOf({ eventStore: to, readModel }), master, identity);
}

/** The master keys of a ledger: a directory holds its own, beside those of the environment. */
export const masterKeysOf = (ledger: StoredLedger, masterKeys: MasterKeysConfig) =>
  ledger.kind === 'sqlite'
    ? { keys: masterKeys.keys, file: join(ledger.directory, 'master-key') }
    : masterKeys;

/** @throws Error for a key store, or a master key, that is not the ledger's */
export async function checkNamed(
  keys: Pick<UnboundKeyStore, 'fingerprint'>,
  { store }: Ledger,
): Promise<void> {
  const own = await keys.fingerprint();
  const named = nameIn((await store.read(KEY_STORE_STREAM)).events, own);
  if (named !== undefined && named !== own) {
    throw new Error('The key store, or the master key, is not that of the ledger.');
  }
}
