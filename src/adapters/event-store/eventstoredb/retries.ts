import { setTimeout as delay } from 'node:timers/promises';
import { ApplicationError } from '../../../application/errors.js';
import { pause } from '../../../application/pause.js';
import { afterIdle, moreTelling, NoAnswer, type OutOfTime } from './calls/idle-timeout.js';
import type { Connection } from './connection.js';
import type { Connections } from './connections.js';
import { refusalOf, unavailable } from './failures.js';

/**
 * Time limit of a read that a caller waits for. A webhook takes a read and an append, and is answered within 2,500
 * ms. Servers with a starved thread pool were seen to pause for 400 to 1,000 ms.
 */
export const READ_BUDGET_MS = 1_150;

/** After this time without a result the read is also tried on a new connection. */
const SECOND_TRY_AFTER_MS = 450;

/** Limit of tries that wait for an answer: on the connection at hand, and on a new one. */
const LATE_TRIES_MAX = 2;

/** With less time left, another try would not get an answer. */
const TRY_MIN_MS = 50;

/** Idle timeout of a background read; it is started again afterwards. */
const PATIENT_SILENCE_MS = 3_000;

/** A background read that still fails after this time is given up. */
const PATIENCE_MS = 60_000;

const RETRY_DELAY_MIN_MS = 20;
const RETRY_DELAY_MAX_MS = 320;
const PATIENT_DELAY_MS = 1_000;

/** @param silenceMs idle timeout of the server's answers */
export type Read<Result> = (connection: Connection, silenceMs: number) => Promise<Result>;

type Outcome<Result> =
  | { readonly kind: 'read'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'late' };

/**
 * A read that a caller waits for. When it takes long, it is tried on a new connection as well, and the first result
 * counts: a server that only pauses still answers on the old one, while one that was restarted, or no longer leads,
 * never does.
 * @throws StoreUnavailable, and any ApplicationError of `read`
 */
export async function promptly<Result>(
  connections: Connections,
  read: Read<Result>,
  budgetMs = READ_BUDGET_MS,
): Promise<Result> {
  const deadlineMs = performance.now() + budgetMs;
  const leftMs = (): number => deadlineMs - performance.now();
  const tries: Promise<Result>[] = [];
  let failure: unknown;
  for (let lateTries = 0; lateTries < LATE_TRIES_MAX && leftMs() > TRY_MIN_MS;) {
    const connection = await connections.shared();
    tries.push(read(connection, leftMs()));
    const outcome = await outcomeOf(tries, SECOND_TRY_AFTER_MS);
    if (outcome.kind === 'read') {
      connection.answered();
      return outcome.result;
    }
    if (outcome.kind === 'late') {
      lateTries++;
      // A server that answers other calls is busy, and a second try would add to its load.
      if (connection.hasAnsweredWithin(SECOND_TRY_AFTER_MS)) break;
      connections.discard(connection);
      continue;
    }
    if (isFinal(outcome.error)) throw asApplicationError(outcome.error);
    failure = moreTelling(failure, outcome.error);
    connections.discard(connection, outcome.error);
    await delay(retryDelayMs(tries.length - 1));
  }
  // No further try starts, but those under way may still get their answer.
  const outcome = await outcomeOf(tries, budgetMs);
  if (outcome.kind === 'read') return outcome.result;
  const last = outcome.kind === 'failed' ? outcome.error : new NoAnswer(budgetMs);
  throw asApplicationError(moreTelling(failure, last));
}

/** Returns the first result of all tries, or else the failure of the last one. */
async function outcomeOf<Result>(
  tries: readonly Promise<Result>[],
  withinMs: number,
): Promise<Outcome<Result>> {
  const read = (result: Result): Outcome<Result> => ({ kind: 'read', result });
  const failed = (error: unknown): Outcome<Result> => ({ kind: 'failed', error });
  const last = tries.at(-1);
  const any = Promise.any(tries).then(read, ({ errors }: AggregateError) =>
    failed(errors.reduce(moreTelling)),
  );
  const mine = last?.then(read, failed) ?? any;
  let stopWaiting = (): void => {};
  const late = new Promise<Outcome<Result>>((resolve) => {
    stopWaiting = afterIdle(withinMs, () => resolve({ kind: 'late' }));
  });
  return Promise.race([any, mine, late]).finally(stopWaiting);
}

/** True when an immediate retry cannot help. */
export const isFinal = (error: unknown): boolean =>
  error instanceof ApplicationError || refusalOf(error) !== undefined;

export const asApplicationError = (error: unknown): ApplicationError =>
  error instanceof ApplicationError ? error : unavailable(error);

/**
 * A background read: it outlasts a server that pauses, restarts, or elects a leader.
 * @throws StoreUnavailable after a minute, or at once for a refusal; any ApplicationError of `read`; the reason of
 *   `signal`
 */
export async function patiently<Result>(
  connections: Connections,
  read: Read<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  let failure: unknown;
  for (;;) {
    const connection = await connections.shared();
    try {
      return await read(connection, PATIENT_SILENCE_MS);
    } catch (error) {
      signal.throwIfAborted();
      if (isFinal(error)) throw asApplicationError(error);
      failure = moreTelling(failure, error);
      if (performance.now() > deadlineMs) throw asApplicationError(failure);
      connections.discard(connection, error);
      await pause(PATIENT_DELAY_MS, signal);
      signal.throwIfAborted();
    }
  }
}

/** Doubles with every attempt, with jitter so that many callers do not come back together. */
export const retryDelayMs = (attempt: number): number =>
  Math.min(RETRY_DELAY_MIN_MS * 2 ** attempt, RETRY_DELAY_MAX_MS) * (0.5 + Math.random() / 2);

/**
 * Puts a timeout on a promise that cannot be cancelled.
 * @param late makes the error for a result that takes longer than `timeoutMs`
 */
export async function within<Result>(
  timeoutMs: number,
  result: Promise<Result>,
  late: () => OutOfTime,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), timeoutMs);
  });
  try {
    return await Promise.race([result, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
