import { ConcurrencyConflict } from './errors.js';

/** Two people or instances may decide at once; more conflicts in a row mean that something else is wrong. */
const CONFLICTS_MAX = 5;

/**
 * Reads, decides and appends, and does all three again after a conflict: somebody else has changed the stream meanwhile.
 * @throws what `attempt` throws; a ConcurrencyConflict only when it is the fifth
 */
export async function decideAgain<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let conflicts = 0; ;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ConcurrencyConflict) || ++conflicts === CONFLICTS_MAX) throw error;
    }
  }
}
