import type { PoolClient } from 'pg';

const INDEX = /^CREATE (?:UNIQUE )?INDEX IF NOT EXISTS (?<name>\w+)/;

export interface SchemaToCreate {
  readonly name: string;
  /** Each may run again on what exists. */
  readonly statements: readonly string[];
  /** Two instances that start together would create the same, so one waits for the other. */
  readonly lock: string;
}

/**
 * Creates what is missing. `CREATE INDEX IF NOT EXISTS` locks its table before it looks: it would wait for a VACUUM, and all that writes
 * to the table would wait behind it. So nothing is asked for an index that is there.
 */
export async function createSchema(
  client: Pick<PoolClient, 'query'>,
  { name, statements, lock }: SchemaToCreate,
): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('${lock}'))`);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${name}`);
  const { rows } = await client.query<{ index: string }>(
    `SELECT relname AS index FROM pg_class
     WHERE relkind = 'i' AND relnamespace = to_regnamespace($1)`,
    [name],
  );
  const indexes = new Set(rows.map(({ index }) => index));
  for (const statement of statements) {
    const index = INDEX.exec(statement)?.groups?.['name'];
    if (index === undefined || !indexes.has(index)) await client.query(statement);
  }
}
