import { AppendOutcomeUnknown, StoreUnavailable } from './errors.js';
import type { MonotonicClock } from './ports/clock.js';
import type { AppendResult, EventStore, ExpectedRevision, NewEvent } from './ports/event-store.js';

/** The longest extra wait for a caller over HTTP, on top of the append itself. */
const RETRY_MS_DEFAULT = 2_000;

/** Pause between repeats, because an unavailable ledger may answer immediately. */
const REPEAT_PAUSE_MS = 100;

export interface RetryLimit {
  /** Measures the time of the repeats, and waits between them. */
  readonly monotonic: MonotonicClock;
  /** Time in which an append of unknown outcome is repeated, milliseconds. Default 2,000. */
  readonly retryMs?: number;
  /** Aborts when nobody waits for the result any more; then the append is not repeated. */
  readonly signal?: AbortSignal | undefined;
  /** Called right before each append, also before a repeat. @throws to have nothing appended from then on */
  readonly beforeAppend?: (() => void) | undefined;
}

/**
 * Appends, and repeats the append when its answer was lost: the ids make the repeat harmless. After a lost answer, a
 * repeat that was certainly not written says nothing about the first append.
 * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict, InvalidAppend
 * @throws what `beforeAppend` throws before the first append; before a repeat, AppendOutcomeUnknown instead
 */
export async function appendWithRetry(
  store: EventStore,
  stream: string,
  events: readonly NewEvent[],
  expected: ExpectedRevision,
  { monotonic, retryMs = RETRY_MS_DEFAULT, signal, beforeAppend }: RetryLimit,
): Promise<AppendResult> {
  const deadlineMs = monotonic.elapsedMs() + retryMs;
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
    if (monotonic.elapsedMs() > deadlineMs || signal?.aborted === true) throw unknown;
    await monotonic.pause(REPEAT_PAUSE_MS, signal ?? new AbortController().signal);
  }
}
