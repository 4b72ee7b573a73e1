import { existsSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
  openDeliveryStore,
  type DeliveryStoreConfig,
} from '../adapters/delivery-store/delivery-store.module.js';
import { deliveriesFile } from '../adapters/delivery-store/sqlite/sqlite-sql.js';
import type { Ledger } from '../adapters/event-store/event-store.module.js';
import { CopyDeliveries } from '../application/migrating/copy-deliveries.js';
import { parseConfig } from '../config.js';
import type { StoredLedger } from './key-store-copy.js';

/** @returns undefined where there is nothing to take along, or it stays where it is */
export async function beginDeliveries(
  from: StoredLedger,
  to: StoredLedger,
  { store, stored }: Ledger,
): Promise<CopyDeliveries | undefined> {
  const { readModel } = parseConfig(process.env);
  // Two directories share what lies on PostgreSQL: their positions are the same.
  if (from.kind === 'sqlite' && to.kind === 'sqlite' && readModel.kind === 'postgres')
    return undefined;
  const source: DeliveryStoreConfig = from.kind === 'sqlite' ? from : readModel;
  if (isMissing(source)) return undefined;
  const target: DeliveryStoreConfig = to.kind === 'sqlite' ? to : readModel;
  const isShared = isDeepStrictEqual(target, source);
  if (isShared && from.kind === 'sqlite') return undefined;
  const known = openDeliveryStore(source);
  return CopyDeliveries.begin(
    known,
    isShared ? known : openDeliveryStore(target),
    store,
    (left, right) => stored.comparePositions(left, right),
  );
}

const isMissing = (config: DeliveryStoreConfig): boolean =>
  config.kind === 'sqlite' &&
  (config.directory === null || !existsSync(deliveriesFile(config.directory)));
