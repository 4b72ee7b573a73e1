import { dirname } from 'node:path';

/**
 * Returns what `open` does with a database's file. SQLite's own words name no file.
 * @throws Error that names the file and its directory
 */
export function namingFile<Opened>(file: string, open: () => Opened): Opened {
  try {
    return open();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${file} cannot be opened: ${reason}. The user of this process must be able to write in ${dirname(file)}.`,
      { cause: error },
    );
  }
}
