import { backUpDatabase } from '../../files/back-up-database.js';
import { keyFile } from './sqlite-key-table.js';

/**
 * Copies the key store beside the copy of a ledger that was made before: every key that the copied ledger needs is
 * then in it.
 * @returns the file of the copy; undefined where there is no key store, as before the first start of this version
 */
export const backUpKeys = (directory: string, target: string): Promise<string | undefined> =>
  backUpDatabase(keyFile(directory), keyFile(target));
