import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const OTHERS_NOTHING = 0o077;
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/** Ledger, read models, their logs, lock and temporary files, and what a backup leaves when it is killed. */
const OURS = /^(?:ledger|read-model(?:-[a-z-]+-\d+)?)\.sqlite/;

/** From now on only this user may read the files that the process creates: they hold phone numbers and texts. */
export function createPrivately(): void {
  process.umask(OTHERS_NOTHING);
}

/**
 * Creates the directory for this user alone, and takes the rights of others from the files of ours that are in it.
 * A directory that holds anything else keeps its mode, and so does what belongs to another user.
 */
export function makePrivate(directory: string): void {
  let names: readonly string[];
  try {
    mkdirSync(directory, { recursive: true, mode: DIRECTORY_MODE });
    names = readdirSync(directory);
  } catch {
    // Opening the ledger meets the same fault, and names the file.
    return;
  }
  for (const name of names.filter((one) => OURS.test(one))) {
    restrict(join(directory, name), FILE_MODE);
  }
  if (names.every((name) => OURS.test(name))) restrict(directory, DIRECTORY_MODE);
}

function restrict(path: string, mode: number): void {
  // A program that has the ledger open may remove its log at this moment.
  const stats = lstatSync(path, { throwIfNoEntry: false });
  const isOwn = stats?.uid === process.getuid?.();
  if (stats === undefined || !isOwn || !(stats.isFile() || stats.isDirectory())) return;
  if ((stats.mode & OTHERS_NOTHING) !== 0) chmodSync(path, mode);
}
