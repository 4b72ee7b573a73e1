import type { Pool, PoolClient } from 'pg';

/** The driver's words where no answer came in time. */
export const NO_ANSWER = 'Query read timeout';

/**
 * The code of PostgreSQL for a write in a read-only transaction. The server may be a standby by now, or read-only for a while, and its
 * connections stay as they began: only a new one finds the server that writes.
 */
const READ_ONLY = '25006';

const isReadOnly = (error: Error): boolean => 'code' in error && error.code === READ_ONLY;

/** Runs work on one connection, all or nothing. */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let isBroken = false;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // The server rolls back by itself what a broken connection began; that connection must not be used again. Where the last query has
    // no answer, a ROLLBACK would wait behind it for as long again.
    isBroken = error instanceof Error && (error.message === NO_ANSWER || isReadOnly(error));
    if (!isBroken) await client.query('ROLLBACK').catch(() => (isBroken = true));
    throw error;
  } finally {
    client.release(isBroken);
  }
}
