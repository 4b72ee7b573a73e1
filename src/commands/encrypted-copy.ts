import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Ledger } from '../adapters/event-store/event-store.module.js';
import { EncryptedForm } from '../adapters/event-store/sealed/encrypted-form.js';
import { factIdOf } from '../adapters/http/webhooks/fact-id.js';
import { openKeyStore } from '../adapters/key-store/key-store.module.js';
import { backUpKeys } from '../adapters/key-store/sqlite/back-up-keys.js';
import { keyFile } from '../adapters/key-store/sqlite/sqlite-key-table.js';
import { systemClocks } from '../adapters/system/system-clock.js';
import { uuidIdentifiers } from '../adapters/system/uuid-identifiers.js';
import { existingLogStore } from '../adapters/transparency-log/open-log-store.js';
import { beginEncrypted } from '../application/migrating/begin-encrypted.js';
import { parseConfig } from '../config.js';
import { checkNamed, copyKeyFiles } from './key-store-copy.js';

export interface EncryptedCopy {
  readonly form: EncryptedForm;
  close(): Promise<void>;
}

/**
 * Prepares an empty directory for the encrypted copy of the ledger in another: with its key store, its keys, and the last
 * checkpoint of its log. May be repeated after a copy that was cut off.
 * @throws Error when the key store is not that of the ledger
 */
export async function beginEncryptedCopy(
  from: string,
  to: string,
  source: Ledger,
  target: Ledger,
): Promise<EncryptedCopy> {
  copyKeyFiles(from, to);
  if (!existsSync(keyFile(to))) await backUpKeys(from, to);
  const { masterKeys, readModel } = parseConfig(process.env);
  const keys = openKeyStore(
    { kind: 'sqlite', directory: to },
    { keys: masterKeys.keys, file: join(to, 'master-key') },
  );
  try {
    await checkNamed(keys, source);
    const log = await existingLogStore(
      readModel.kind === 'postgres' ? readModel : { kind: 'sqlite', directory: from },
    );
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
