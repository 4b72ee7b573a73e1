import { generateKeyPairSync } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createDirectory } from '../files/create-directory.js';

const PRIVATE = 0o600;

/** Makes an Ed25519 key, in PEM form. */
export const newSigningKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Returns the keys in the file, and makes one for this user alone where there is no file. */
export function signingKeyIn(file: string): string {
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
    const key = newSigningKey();
    writeSync(handle, key);
    fsyncSync(handle);
    return key;
  } finally {
    closeSync(handle);
  }
}
