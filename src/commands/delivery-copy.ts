import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { openDeliveryStore } from '../adapters/delivery-store/delivery-store.module.js';
import { deliveriesFile } from '../adapters/delivery-store/sqlite/sqlite-sql.js';
import type { Ledger } from '../adapters/event-store/event-store.module.js';
import { CopyDeliveries } from '../application/migrating/copy-deliveries.js';
import { parseConfig } from '../config.js';
import type { StoredLedger } from './key-store-copy.js';

/** @returns undefined where nothing lies beside the ledger that is copied, or it stays where it is */
export async function beginDeliveries(
  from: StoredLedger,
  to: StoredLedger,
  { store, stored }: Ledger,
): Promise<CopyDeliveries | undefined> {
  if (from.kind !== 'sqlite' || !existsSync(deliveriesFile(from.directory))) return undefined;
  const { readModel } = parseConfig(process.env);
  const beside = { kind: 'sqlite', directory: from.directory } as const;
  const target =
    readModel.kind === 'sqlite' && to.kind === 'sqlite'
      ? { ...beside, directory: to.directory }
      : readModel;
  if (isDeepStrictEqual(target, beside)) return undefined;
  return CopyDeliveries.begin(
    openDeliveryStore(beside),
    openDeliveryStore(target),
    store,
    (left, right) => stored.comparePositions(left, right),
  );
}
