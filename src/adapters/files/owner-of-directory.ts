import { closeSync, existsSync, fchownSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

const PRIVATE = 0o600;
/** SQLite's name for a database without a file. */
const IN_MEMORY = ':memory:';

/**
 * Makes an empty file for the owner of its directory, where root is about to make it: a command by root beside the service of
 * another user, which could not open a file of root. SQLite gives the logs of a file to the file's owner.
 */
export function makeForOwner(file: string): void {
  if (file === IN_MEMORY || !isOfOtherThanRoot(file) || existsSync(file)) return;
  let handle: number;
  try {
    handle = openSync(file, 'wx', PRIVATE);
  } catch {
    // Whoever opens it next meets the same fault, and names the file.
    return;
  }
  giveToOwner(handle, file);
  closeSync(handle);
}

/** Gives an open file of root to the owner of its directory. */
export function giveToOwner(handle: number, file: string): void {
  if (!isOfOtherThanRoot(file)) return;
  const { uid, gid } = statSync(dirname(file));
  try {
    fchownSync(handle, uid, gid);
  } catch (error) {
    // A container may have taken this right from root. Then root is the only user there.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}

const isOfOtherThanRoot = (file: string): boolean =>
  process.geteuid?.() === 0 && (statSync(dirname(file), { throwIfNoEntry: false })?.uid ?? 0) !== 0;
