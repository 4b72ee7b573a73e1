import type { Ledger } from '../adapters/event-store/event-store.module.js';
import { EncryptedForm } from '../adapters/event-store/sealed/encrypted-form.js';
import { factIdOf } from '../adapters/http/webhooks/fact-id.js';
import { openKeyStore } from '../adapters/key-store/open-key-store.js';
import { systemClocks } from '../adapters/system/system-clock.js';
import { uuidIdentifiers } from '../adapters/system/uuid-identifiers.js';
import { existingLogStore } from '../adapters/transparency-log/open-log-store.js';
import { beginEncrypted } from '../application/migrating/begin-encrypted.js';
import { ENCRYPTION_STREAM } from '../application/streams.js';
import { keyRowsOf, parseConfig } from '../config.js';
import {
  checkNamed,
  copyKeyFiles,
  masterKeysOf,
  takeKeyStoreAlong,
  type StoredLedger,
} from './key-store-copy.js';

export interface EncryptedCopy {
  readonly form: EncryptedForm;
  close(): Promise<void>;
}

/**
 * Prepares an empty ledger for the encrypted copy of another: with its key store, its keys, and the last checkpoint of its
 * log. May be repeated after a copy that was cut off.
 * @throws Error when the key store is not that of the ledger
 */
export async function beginEncryptedCopy(
  from: StoredLedger,
  to: StoredLedger,
  source: Ledger,
  target: Ledger,
): Promise<EncryptedCopy> {
  const { masterKeys, readModel } = parseConfig(process.env);
  if (from.kind === 'sqlite' && to.kind === 'sqlite') copyKeyFiles(from.directory, to.directory);
  // A copy that has begun holds keys of its own, which the key store of the plain ledger lacks.
  const hasBegun = (await target.store.read(ENCRYPTION_STREAM)).events.length > 0;
  if (!hasBegun) await takeKeyStoreAlong(from, to, source, target);
  const keys = openKeyStore(
    keyRowsOf({ eventStore: to, readModel }),
    masterKeysOf(to.kind === 'sqlite' ? to : from, masterKeys),
  );
  try {
    await checkNamed(keys, source);
    const isBeside = readModel.kind === 'sqlite' && from.kind === 'sqlite';
    const log = await existingLogStore(isBeside ? from : readModel);
    const signed = await log?.state();
    await log?.close();
    await beginEncrypted(source.store, target.store, signed, systemClocks.clock, uuidIdentifiers);
    const form = new EncryptedForm({ keys, stored: source.stored, factIdOf });
    return { form, close: () => keys.close() };
  } catch (error) {
    await keys.close();
    throw error;
  }
}
