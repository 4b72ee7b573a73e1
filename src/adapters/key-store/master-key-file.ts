import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { keyTextIn } from '../files/key-text.js';
import { giveToOwner } from '../files/owner-of-directory.js';
import { bytesOfMasterKey, newMasterKey } from './master-keys.js';

const PRIVATE = 0o600;

/**
 * Returns the keys in the file, one a line, and makes one for this user alone where there is no file.
 * @throws RangeError for a file that holds anything else
 */
export function masterKeysIn(file: string): readonly string[] {
  const lines = keyTextIn(file, () => `${newMasterKey()}\n`)
    .split(/\s+/)
    .filter((line) => line !== '');
  if (lines.length > 0 && lines.every((line) => bytesOfMasterKey(line) !== undefined)) return lines;
  throw new RangeError(
    `${file} must hold master keys, 32 bytes in Base64 each. Put it back from its copy.`,
  );
}

/** Puts these keys in the place of those in the file, whole or not at all, and durably. */
export function replaceMasterKeys(file: string, keys: readonly string[]): void {
  const unfinished = `${file}.unfinished`;
  // Left by a process that was killed, with any rights, or a link that somebody laid there for root.
  rmSync(unfinished, { force: true });
  const handle = openSync(unfinished, 'wx', PRIVATE);
  try {
    giveToOwner(handle, file);
    writeSync(handle, keys.map((key) => `${key}\n`).join(''));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(unfinished, file);
  const directory = openSync(dirname(file), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
