import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { backup, DatabaseSync } from 'node:sqlite';
import { dirname } from 'node:path';
import { createDirectory } from './create-directory.js';

/**
 * Copies a SQLite file while others may write to it. The copy gets its name when it is whole.
 * @returns the file of the copy; undefined where there is nothing to copy
 */
export async function backUpDatabase(source: string, file: string): Promise<string | undefined> {
  if (!existsSync(source)) return undefined;
  const unfinished = `${file}.unfinished`;
  createDirectory(dirname(file));
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
