import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { backup, DatabaseSync } from 'node:sqlite';
import { dirname } from 'node:path';
import { reasonOf } from '../../application/errors.js';
import { createDirectory } from './create-directory.js';
import { sync } from './sync.js';

/**
 * Copies a SQLite file while others may write to it. The copy is checked and synced before it gets its name.
 * @returns the file of the copy; undefined where there is nothing to copy
 * @throws Error that names both files, as on a full disk, or when the copy turns out to be damaged
 */
export async function backUpDatabase(source: string, file: string): Promise<string | undefined> {
  if (!existsSync(source)) return undefined;
  const unfinished = `${file}.unfinished`;
  createDirectory(dirname(file));
  await rm(unfinished, { force: true });
  const database = new DatabaseSync(source, { readOnly: true });
  try {
    await backup(database, unfinished);
    checkWhole(unfinished);
    await sync(unfinished);
    await rename(unfinished, file);
    await sync(dirname(file));
  } catch (error) {
    // SQLite names neither file.
    throw new Error(`${source} cannot be copied to ${file}: ${reasonOf(error)}`, { cause: error });
  } finally {
    database.close();
    await rm(unfinished, { force: true });
  }
  return file;
}

function checkWhole(copy: string): void {
  const database = new DatabaseSync(copy);
  try {
    const verdict = database.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
    if (verdict !== 'ok') throw new Error(`it is damaged: ${String(verdict)}`);
  } finally {
    database.close();
  }
}
