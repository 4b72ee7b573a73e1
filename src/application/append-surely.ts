import { AppendOutcomeUnknown } from './errors.js';
import type { AppendResult, EventStore, ExpectedRevision, NewEvent } from './ports/event-store.js';

/** A repeat with the same ids tells what became of the first try; when two cannot tell, nobody can. */
const REPEATS_MAX = 2;

/** Appends, and asks again when the answer was lost: the ids make the repeat harmless. */
export async function appendSurely(
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
): Promise<AppendResult> {
  for (let repeat = 0; ; repeat++) {
    try {
      return await store.append(stream, events, expected);
    } catch (error) {
      if (!(error instanceof AppendOutcomeUnknown) || repeat === REPEATS_MAX) throw error;
    }
  }
}
