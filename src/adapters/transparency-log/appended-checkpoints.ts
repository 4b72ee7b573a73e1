import { open, readFile, type FileHandle } from 'node:fs/promises';
import type { CheckpointFile } from '../../application/ports/checkpoint-file.js';
import { notesIn } from '../../application/proof/notes/checkpoint.js';

/** A file that only grows: each signed note is added behind the others, and an empty line behind it. */
export class AppendedCheckpoints implements CheckpointFile {
  constructor(private readonly file: string) {}

  async append(note: string): Promise<void> {
    const handle = await open(this.file, 'a+');
    try {
      await handle.appendFile(`${await startOfNote(handle)}${note}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  async notes(): Promise<readonly string[]> {
    try {
      return notesIn(await readFile(this.file, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }
}

/** Keeps a note apart from one that was cut off before it: by a crash, or a full disk. */
async function startOfNote(handle: FileHandle): Promise<string> {
  const { size } = await handle.stat();
  if (size === 0) return '';
  const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, Math.max(0, size - 2));
  return buffer.toString('utf8') === '\n\n' ? '' : '\n\n';
}
