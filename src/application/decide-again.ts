import { ConcurrencyConflict } from './errors.js';

/** Two people or instances may decide at once; more conflicts in a row mean that something else is wrong. */
const CONFLICTS_MAX = 5;

/**
 * Reads, decides and appends, and does all three again after a conflict: somebody else has changed the stream meanwhile.
 * @param conflictsMax more for a stream to which much else is appended
 * @throws what `attempt` throws; a ConcurrencyConflict only when so many came in a row
 */
export async function decideAgain<Result>(
  attempt: () => Promise<Result>,
  conflictsMax = CONFLICTS_MAX,
): Promise<Result> {
  for (let conflicts = 0; ;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ConcurrencyConflict) || ++conflicts === conflictsMax) throw error;
    }
  }
}

/** Waits for an append. A conflict is no fault: another instance has recorded the same meanwhile. */
export async function orRecordedMeanwhile(append: Promise<unknown>): Promise<void> {
  try {
    await append;
  } catch (error) {
    if (!(error instanceof ConcurrencyConflict)) throw error;
  }
}
