import type { Pool, PoolClient } from 'pg';

/**
 * Runs work that may take long on one connection. When `signal` aborts, the connection is closed and the work fails: the end of the
 * pool would wait for it.
 */
export async function interruptible<Result>(
  pool: Pool,
  signal: AbortSignal | undefined,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let isReleased = false;
  const release = (isBroken: boolean): void => {
    if (!isReleased) client.release(isBroken);
    isReleased = true;
  };
  const giveUp = (): void => release(true);
  signal?.addEventListener('abort', giveUp, { once: true });
  let isBroken = true;
  try {
    signal?.throwIfAborted();
    const result = await work(client);
    isBroken = false;
    return result;
  } finally {
    signal?.removeEventListener('abort', giveUp);
    release(isBroken);
  }
}
