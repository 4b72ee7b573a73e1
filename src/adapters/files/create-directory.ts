import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { reasonOf } from '../../application/errors.js';

/**
 * Creates the directory, and those above it, where they are missing. Node does the same with `recursive`, but tries for ever where
 * the file system says that a parent is missing which exists, such as in /proc.
 * @throws Error that names the directory
 */
export function createDirectory(directory: string, mode?: number): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = dirname(directory);
  if (parent !== directory) createDirectory(parent, mode);
  try {
    mkdirSync(directory, mode);
  } catch (error) {
    // Another process may have created it at this moment.
    if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return;
    throw new Error(`The directory ${directory} cannot be created: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
