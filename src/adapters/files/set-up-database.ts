import { basename } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { reasonOf } from '../../application/errors.js';

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGES: ReadonlySet<number> = new Set([11, 26]);
/** Extended codes carry the primary one in their lowest byte. */
const PRIMARY_CODE = 0xff;

/**
 * Does the first work on an opened SQLite file, by which a damaged one is noticed. Closes it after a fault.
 * @param remedy tells a person what to do once the damaged file is moved away, with its log, which would damage a backup in its place
 * @throws Error that names the file, as SQLite's own words do not
 */
export function setUpDatabase<Result>(
  file: string,
  database: DatabaseSync,
  remedy: string,
  work: () => Result,
): Result {
  try {
    return work();
  } catch (error) {
    database.close();
    const { errcode } = error as { readonly errcode?: unknown };
    if (typeof errcode !== 'number') throw error;
    const name = basename(file);
    const help = DAMAGES.has(errcode & PRIMARY_CODE)
      ? ` Move it away, with ${name}-wal and ${name}-shm where they are. ${remedy}`
      : '';
    throw new Error(`${file} cannot be used: ${reasonOf(error)}.${help}`, { cause: error });
  }
}
