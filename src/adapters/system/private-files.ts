import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createDirectory } from '../files/create-directory.js';

const OTHERS_NOTHING = 0o077;
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/** Ledger, keys, deliveries, transparency log, read models, their logs, lock and temporary files, and remains of a killed backup. */
const OURS =
  /^(?:ledger|keys|deliveries|transparency-log|read-model(?:-[a-z-]+-\d+)?)\.sqlite|^log-signing-key\.pem|^master-key$/;

/** Makes new files of the process readable for this user only: they hold phone numbers and texts. */
export function createPrivately(): void {
  process.umask(OTHERS_NOTHING);
}

/**
 * Creates the directory for this user alone, and removes the access of others to our files in it. A directory that
 * holds anything else keeps its mode, and so do files of another user.
 */
export function makePrivate(directory: string): void {
  let names: readonly string[];
  try {
    createDirectory(directory, DIRECTORY_MODE);
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
  // Another program that has the ledger open may remove its log at this moment.
  const stats = lstatSync(path, { throwIfNoEntry: false });
  const isOwn = stats?.uid === process.getuid?.();
  if (stats === undefined || !isOwn || !(stats.isFile() || stats.isDirectory())) return;
  if ((stats.mode & OTHERS_NOTHING) !== 0) chmodSync(path, mode);
}
