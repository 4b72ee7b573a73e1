import { setTimeout as delay } from 'node:timers/promises';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { ApplicationError, StoreUnavailable } from '../../../application/errors.js';
import type { Connections } from './connections.js';
import { reasonOf } from './failures.js';

/** All attempts of a read together, as long as it gets nothing. */
const READ_BUDGET_MS = 1_000;

/** A read that gives nothing for so long has failed. Two of them fit into the budget. */
export const READ_SILENCE_MS = 450;

const RETRY_DELAY_MIN_MS = 20;
const RETRY_DELAY_MAX_MS = 320;

/**
 * Reads, and tries again on a new connection as long as time permits: the connection at hand may
 * belong to a server that was restarted long ago, or that is no longer the leader.
 * @throws StoreUnavailable, and any ApplicationError of `read`
 */
export async function withRetries<Result>(
  connections: Connections,
  read: (client: EventStoreDBClient) => Promise<Result>,
): Promise<Result> {
  const deadlineMs = performance.now() + READ_BUDGET_MS;
  for (let attempt = 0; ; attempt++) {
    const connection = await connections.shared();
    try {
      return await read(connection.client);
    } catch (error) {
      if (error instanceof ApplicationError) throw error;
      connections.discard(connection);
      const waitMs = retryDelayMs(attempt);
      if (performance.now() + waitMs + READ_SILENCE_MS > deadlineMs) {
        throw new StoreUnavailable(reasonOf(error), { cause: error });
      }
      await delay(waitMs);
    }
  }
}

/** Doubles with every attempt, and varies so that many callers do not come back together. */
export const retryDelayMs = (attempt: number): number =>
  Math.min(RETRY_DELAY_MIN_MS * 2 ** attempt, RETRY_DELAY_MAX_MS) * (0.5 + Math.random() / 2);

/** The result of something that cannot be cancelled, unless it takes too long. */
export async function within<Result>(timeoutMs: number, result: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no connection within ${Math.round(timeoutMs)} ms`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([result, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
