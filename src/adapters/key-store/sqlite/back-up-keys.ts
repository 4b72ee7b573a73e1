import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { backup, DatabaseSync } from 'node:sqlite';
import { keyFile } from './sqlite-key-table.js';

/**
 * Copies the key store beside the copy of a ledger that was made before: every key that the copied ledger needs is
 * then in it.
 * @returns the file of the copy; undefined where there is no key store, as before the first start of this version
 */
export async function backUpKeys(directory: string, target: string): Promise<string | undefined> {
  const source = keyFile(directory);
  if (!existsSync(source)) return undefined;
  const file = keyFile(target);
  const unfinished = `${file}.unfinished`;
  const database = new DatabaseSync(source, { readOnly: true });
  try {
    await backup(database, unfinished);
    await rename(unfinished, file);
  } finally {
    database.close();
    await rm(unfinished, { force: true });
  }
  return file;
}
