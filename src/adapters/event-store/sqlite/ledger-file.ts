import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDirectory } from '../../files/create-directory.js';
import { sync } from '../../files/sync.js';
import { StoreUnavailable } from '../../../application/errors.js';

export const ledgerFile = (directory: string): string => join(directory, 'ledger.sqlite');

/** @throws StoreUnavailable when there is no ledger */
export function existingLedger(directory: string): string {
  const file = ledgerFile(directory);
  if (!existsSync(file)) throw new StoreUnavailable(`there is no ledger in ${directory}`);
  return file;
}

/** Lies beside a ledger that is being copied here, until all of the copy is there. */
const copyMark = (directory: string): string => `${ledgerFile(directory)}.copying`;

/** Marks a directory as the place of a copy that has begun, unless a ledger is there: that keeps its mark, or has none. */
export async function beginCopy(directory: string): Promise<void> {
  if (existsSync(ledgerFile(directory))) return;
  createDirectory(directory);
  writeFileSync(copyMark(directory), '');
  await sync(directory);
}

/** Call it when all of the copy is there: only then a service may use it. */
export const endCopy = (directory: string): void => rmSync(copyMark(directory), { force: true });

/** @throws StoreUnavailable for a ledger that may lack events: a copy that was cut off, or is being made */
export function refuseUnfinishedCopy(directory: string): void {
  if (!existsSync(copyMark(directory))) return;
  throw new StoreUnavailable(
    `${ledgerFile(directory)} is a copy that is not finished: give migrate-ledger again, or begin with an empty directory`,
  );
}
