import { setTimeout as delay } from 'node:timers/promises';
import { AppendOutcomeUnknown, StoreUnavailable } from './errors.js';
import type { AppendResult, EventStore, ExpectedRevision, NewEvent } from './ports/event-store.js';

/** As long as a caller over HTTP may be kept waiting on top of the append itself. */
const RETRY_MS_DEFAULT = 2_000;

/** A ledger that answers at once that it is unavailable is not asked in a loop. */
const REPEAT_PAUSE_MS = 100;

export interface RetryLimit {
  /** Until when it is asked what became of the append. Default 2,000. */
  readonly retryMs?: number;
  /** Aborts when nobody waits for the result any more; then it is not asked again. */
  readonly signal?: AbortSignal | undefined;
  /** Called right before each append, also before a repeat. @throws to have nothing appended from then on */
  readonly beforeAppend?: (() => void) | undefined;
}

/**
 * Appends, and asks again when the answer was lost: the ids make the repeat harmless. Once an answer was
 * lost, a repeat that was certainly not written says nothing about the first.
 * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict, InvalidAppend
 * @throws what `beforeAppend` throws before the first append; before a repeat, AppendOutcomeUnknown instead
 */
export async function appendWithRetry(
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
  { retryMs = RETRY_MS_DEFAULT, signal, beforeAppend }: RetryLimit = {},
): Promise<AppendResult> {
  const deadlineMs = performance.now() + retryMs;
  let unknown: AppendOutcomeUnknown | undefined;
  for (;;) {
    try {
      beforeAppend?.();
    } catch (error) {
      throw unknown ?? error;
    }
    try {
      return await store.append(stream, events, expected);
    } catch (error) {
      if (error instanceof AppendOutcomeUnknown) unknown = error;
      else if (unknown === undefined || !(error instanceof StoreUnavailable)) throw error;
    }
    if (performance.now() > deadlineMs || signal?.aborted === true) throw unknown;
    await delay(REPEAT_PAUSE_MS);
  }
}
