import { open } from 'node:fs/promises';

/** Waits until the content of a file, or the names in a directory, are on the disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
