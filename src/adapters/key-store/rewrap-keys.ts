import { randomBytes } from 'node:crypto';
import { KEY_STORE_SECRET, SECRET_BYTES } from './table-key-store.js';
import type { KeyPlace, KeyTable, Rewrapped } from './key-table.js';
import type { MasterKeys } from './master-keys.js';
import { keyIdOf } from './personal-key-cache.js';

/** Rows of one transaction. */
const ROWS_AT_ONCE = 1_000;

export interface RewrapCounts {
  readonly keys: number;
  /** The part of them that an older master key had wrapped. */
  readonly rewrapped: number;
}

/**
 * Wraps everything in a key store with the current master key that an older one has wrapped. The service may run meanwhile, and a
 * key that is destroyed meanwhile stays destroyed. What was cut off is completed by doing it again: until then both master keys are
 * needed.
 * @throws UnknownMasterKey, Error for a key that was altered
 */
export async function rewrapKeys(
  table: KeyTable,
  master: MasterKeys,
  onProgress: (keys: number) => void = () => undefined,
  rowsAtOnce = ROWS_AT_ONCE,
): Promise<RewrapCounts> {
  await rewrapSecret(table, master);
  let keys = 0;
  let rewrapped = 0;
  let after: KeyPlace | undefined;
  for (;;) {
    const rows = await table.keysAfter(after, rowsAtOnce);
    after = rows.at(-1);
    if (after === undefined) break;
    const changes = rows
      .filter(({ wrapped }) => !master.isCurrent(wrapped))
      .map(({ person, month, wrapped: before }): Rewrapped => {
        const id = keyIdOf({ person, month });
        return { person, month, before, wrapped: master.wrap(master.unwrap(before, id), id) };
      });
    if (changes.length > 0) rewrapped += await table.rewrap(changes);
    keys += rows.length;
    onProgress(keys);
  }
  if (rewrapped > 0) await table.forgetChanged();
  return { keys, rewrapped };
}

async function rewrapSecret(table: KeyTable, master: MasterKeys): Promise<void> {
  const proposed = master.wrap(randomBytes(SECRET_BYTES), KEY_STORE_SECRET);
  const stored = await table.secret(proposed);
  const isWrapped = stored.length !== SECRET_BYTES;
  if (isWrapped && master.isCurrent(stored)) return;
  // Versions before the master key stored it as it is.
  const secret = isWrapped ? master.unwrap(stored, KEY_STORE_SECRET) : stored;
  await table.rewrapSecret(stored, master.wrap(secret, KEY_STORE_SECRET));
}
