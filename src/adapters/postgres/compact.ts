import { newPool } from './new-pool.js';
import { tablesOf } from './tables-of.js';

const CONNECT_MS_MAX = 3_000;

export interface Compaction {
  /** Tables that were written anew. */
  readonly tables: number;
  /** The server's messages about statements that it did not permit. */
  readonly refusals: readonly string[];
}

/**
 * Writes every table of Waybill anew without its dead rows, and has the server leave its log behind. Each table is
 * locked while it is written. A transaction that is open elsewhere keeps the dead rows that it could still see.
 * @throws Error when the database cannot be reached, or refuses a table
 */
export async function compact(url: string): Promise<Compaction> {
  const pool = newPool({
    connectionString: url,
    max: 1,
    connectionTimeoutMillis: CONNECT_MS_MAX,
  });
  const client = await pool.connect();
  const refusals: string[] = [];
  client.on('notice', ({ severity, message }) => {
    if (severity === 'WARNING') refusals.push(message ?? 'The server warned without a message.');
  });
  try {
    const tables = await tablesOf(client, '^waybill(_|$)');
    for (const table of tables) await client.query(`VACUUM (FULL, ANALYZE) ${table}`);
    // A superuser, the owner of the database, or a role with the privilege may do these.
    for (const statement of [
      'VACUUM (FULL) pg_catalog.pg_statistic',
      'SELECT pg_switch_wal()',
      'CHECKPOINT',
    ]) {
      await client.query(statement).catch((error: Error) => refusals.push(error.message));
    }
    return { tables: tables.length, refusals };
  } finally {
    client.release();
    await pool.end();
  }
}
