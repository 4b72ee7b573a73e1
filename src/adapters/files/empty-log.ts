import { Worker } from 'node:worker_threads';

export interface LogToEmpty {
  readonly file: string;
  readonly waitMsMax: number;
}

/** The thread holds one statement and no rows. */
const YOUNG_GENERATION_MIB_MAX = 2;

/**
 * Empties the write-ahead log of a SQLite file, which holds older pages until then. A thread of its own does it: to write
 * a full log back takes as long as hundreds of commits.
 *
 * @param file null: nothing is on disk
 * @param waitMsMax time in which readers and other checkpoints may end, milliseconds
 * @returns false when the log is still not empty
 */
export async function emptyLog(file: string | null, waitMsMax: number): Promise<boolean> {
  if (file === null) return true;
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const thread = new Worker(new URL(`./empty-log.worker.${extension}`, import.meta.url), {
    workerData: { file, waitMsMax } satisfies LogToEmpty,
    name: 'log-emptier',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB_MAX },
  });
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('the thread that empties a log has ended')));
  });
}
