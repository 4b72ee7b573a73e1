import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createDirectory } from '../files/create-directory.js';
import { newMasterKey } from './master-keys.js';

const PRIVATE = 0o600;

/** Returns the keys in the file, one a line, and makes one for this user alone where there is no file. */
export function masterKeysIn(file: string): readonly string[] {
  createDirectory(dirname(file));
  let handle: number;
  try {
    // Fails where the file exists, so that two processes that start together do not make two keys.
    handle = openSync(file, 'wx', PRIVATE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFileSync(file, 'utf8')
      .split(/\s+/)
      .filter((line) => line !== '');
  }
  try {
    const key = newMasterKey();
    writeSync(handle, `${key}\n`);
    fsyncSync(handle);
    return [key];
  } finally {
    closeSync(handle);
  }
}

/** Puts these keys in the place of those in the file, whole or not at all, and durably. */
export function replaceMasterKeys(file: string, keys: readonly string[]): void {
  const unfinished = `${file}.unfinished`;
  const handle = openSync(unfinished, 'w', PRIVATE);
  try {
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
