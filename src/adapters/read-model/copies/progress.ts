import type { ProjectionProgress } from '../../../application/ports/projection-store.js';
import type { Copy } from './read-model-database.js';

interface CopyProgress {
  /** Undefined before the first event. */
  readonly progress: ProjectionProgress | undefined;
  /** Also counts commits that do not move the position, such as a retry of parked events. */
  readonly commits: number;
}

/** Reads the progress of a copy, and its number of commits. */
export async function readProgress({ db }: Copy): Promise<CopyProgress> {
  const row = await db
    .selectFrom('progress')
    .select(['position', 'as_of', 'commits'])
    .executeTakeFirst();
  if (row === undefined) return { progress: undefined, commits: 0 };
  return { progress: { position: row.position, asOf: row.as_of }, commits: row.commits };
}

/** Reads the progress of a copy; undefined before the first event. */
export const progressOf = async (copy: Copy): Promise<ProjectionProgress | undefined> =>
  (await readProgress(copy)).progress;
