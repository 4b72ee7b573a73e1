import { once } from 'node:events';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import type { MonotonicClock } from './ports/clock.js';

/** Node takes a longer delay for one millisecond. */
const DELAY_MS_MAX = 2 ** 31 - 1;

/** A timer that is later than this shows that the process, or its thread, did not run. */
const PAUSED_MS = 20;

/**
 * Resolves after the given milliseconds, or as soon as `signal` aborts: the caller checks the signal itself. A time that
 * is over already does not wait, and one of more than 24 days ends after 24. The application pauses by its clock port.
 * After a pause of the whole process it resolves after the answers that have arrived meanwhile, so a time limit lets them count.
 */
export async function pause(
  milliseconds: number,
  signal: AbortSignal,
  options?: { readonly ref?: boolean },
): Promise<void> {
  const delayMs = Math.min(Math.max(milliseconds, 0), DELAY_MS_MAX);
  const dueMs = performance.now() + delayMs;
  try {
    await delay(delayMs, undefined, { signal, ...options });
  } catch {
    return;
  }
  if (performance.now() > dueMs + PAUSED_MS) await nextTurn();
}

/** Resolves with the answer, or with `late` when there is none after this long; then it may come, and nobody hears it. */
export async function within<Answer>(
  clock: MonotonicClock,
  milliseconds: number,
  answer: Promise<Answer>,
  late: Answer,
): Promise<Answer> {
  const ended = new AbortController();
  try {
    return await Promise.race([answer, clock.pause(milliseconds, ended.signal).then(() => late)]);
  } finally {
    ended.abort();
  }
}

export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/** Resolves with the work, or when `signal` aborts before; then the work goes on, and nobody waits. */
export async function beforeAbort(signal: AbortSignal, work: Promise<void>): Promise<void> {
  const ended = new AbortController();
  try {
    await Promise.race([work, untilAborted(AbortSignal.any([signal, ended.signal]))]);
  } finally {
    ended.abort();
  }
}

/**
 * Calls `end` when a time limit is over, after the answers that have arrived by then: where the whole process was paused, Node
 * runs its timers before it reads them. The limit keeps no process alive.
 * @param milliseconds 0 to 2,147,483,647
 * @returns cancels the limit
 */
export function startTimeLimit(milliseconds: number, end: () => void): () => void {
  let turn: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    turn = setImmediate(end);
  }, milliseconds).unref();
  return () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
}
