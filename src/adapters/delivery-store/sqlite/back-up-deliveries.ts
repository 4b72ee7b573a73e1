import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { backup, DatabaseSync } from 'node:sqlite';
import { createDirectory } from '../../files/create-directory.js';
import { deliveriesFile } from './sqlite-sql.js';

/**
 * Copies how far the outgoing webhooks are beside the copy of a ledger. Without it, a restored service would post all again that
 * each receiver has had since its endpoint was made.
 * @returns the file of the copy; undefined where there is none to copy
 */
export async function backUpDeliveries(
  directory: string,
  target: string,
): Promise<string | undefined> {
  const source = deliveriesFile(directory);
  if (!existsSync(source)) return undefined;
  const file = deliveriesFile(target);
  const unfinished = `${file}.unfinished`;
  createDirectory(target);
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
