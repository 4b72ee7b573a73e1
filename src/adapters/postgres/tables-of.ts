import type { Pool, PoolClient } from 'pg';

/**
 * Returns the names of all tables, as a statement can hold them.
 * @param schemas a regular expression of PostgreSQL
 */
export async function tablesOf(
  client: Pick<Pool | PoolClient, 'query'>,
  schemas: string,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
      WHERE schemaname ~ $1 ORDER BY name`,
    [schemas],
  );
  return rows.map(({ name }) => name);
}
