import { reasonOf } from '../../application/errors.js';
import { dirname } from 'node:path';
import { DatabaseSync, type DatabaseSyncOptions } from 'node:sqlite';
import { makeForOwner } from './owner-of-directory.js';

/** Opens a SQLite file. @throws Error that names the file and its directory, as SQLite's own words do not */
export function openDatabase(file: string, options: DatabaseSyncOptions): DatabaseSync {
  try {
    if (options.readOnly !== true) makeForOwner(file);
    return new DatabaseSync(file, options);
  } catch (error) {
    const reason = reasonOf(error);
    throw new Error(`${file} cannot be opened: ${reason}. ${rightsNeeded(file)}`, { cause: error });
  }
}

/** A file of another user is as useless as a directory of another user. */
export const rightsNeeded = (file: string): string =>
  `The user of this process must be able to write to it, and in ${dirname(file)}.`;
