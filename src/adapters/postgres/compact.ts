import { newPool } from './new-pool.js';

const CONNECT_MS_MAX = 3_000;

export interface Compaction {
  /** Tables that were written anew. */
  readonly tables: number;
  /** What the server did not permit, in its words. */
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
    if (severity === 'WARNING') refusals.push(message ?? 'A warning without words.');
  });
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
        WHERE schemaname = 'waybill' OR schemaname LIKE 'waybill\\_%' ORDER BY name`,
    );
    for (const { name } of rows) await client.query(`VACUUM (FULL, ANALYZE) ${name}`);
    // A superuser, the owner of the database, or a role with the privilege may do these.
    for (const statement of [
      'VACUUM (FULL) pg_catalog.pg_statistic',
      'SELECT pg_switch_wal()',
      'CHECKPOINT',
    ]) {
      await client.query(statement).catch((error: Error) => refusals.push(error.message));
    }
    return { tables: rows.length, refusals };
  } finally {
    client.release();
    await pool.end();
  }
}
