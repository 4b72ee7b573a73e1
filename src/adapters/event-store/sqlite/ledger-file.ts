import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StoreUnavailable } from '../../../application/errors.js';

export const ledgerFile = (directory: string): string => join(directory, 'ledger.sqlite');

/** @throws StoreUnavailable when there is no ledger */
export function existingLedger(directory: string): string {
  const file = ledgerFile(directory);
  if (!existsSync(file)) throw new StoreUnavailable(`there is no ledger in ${directory}`);
  return file;
}
