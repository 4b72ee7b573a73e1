import { closeSync, fsyncSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createDirectory } from './create-directory.js';
import { giveToOwner } from './owner-of-directory.js';

const PRIVATE = 0o600;

/** Returns the keys in the file as text, and makes one for this user alone where there is no file. */
export function keyTextIn(file: string, make: () => string): string {
  createDirectory(dirname(file));
  let handle: number;
  try {
    // Fails where the file exists, so that two processes that start together do not make two keys.
    handle = openSync(file, 'wx', PRIVATE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFileSync(file, 'utf8');
  }
  try {
    giveToOwner(handle, file);
    const text = make();
    writeSync(handle, text);
    fsyncSync(handle);
    return text;
  } catch (error) {
    // On a full disk: a file without a key would stop every later start.
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}
