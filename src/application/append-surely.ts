import { AppendOutcomeUnknown } from './errors.js';
import type { AppendResult, EventStore, ExpectedRevision, NewEvent } from './ports/event-store.js';

/** A repeat with the same ids tells what became of the first try; when two cannot tell, nobody can. */
const REPEATS_MAX = 2;

/**
 * Appends, and asks again when the answer was lost: the ids make the repeat harmless.
 * @param signal aborts when nobody waits for the result any more; then it is not asked again
 * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict, InvalidAppend
 */
export async function appendSurely(
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
  signal?: AbortSignal,
): Promise<AppendResult> {
  for (let repeat = 0; ; repeat++) {
    try {
      return await store.append(stream, events, expected);
    } catch (error) {
      const isWorthARepeat = repeat < REPEATS_MAX && signal?.aborted !== true;
      if (!(error instanceof AppendOutcomeUnknown) || !isWorthARepeat) throw error;
    }
  }
}
