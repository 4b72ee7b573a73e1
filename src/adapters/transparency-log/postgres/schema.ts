import type { PoolClient } from 'pg';

/** Lies beside the schemas of the read models, and is never rebuilt with them. */
export const SCHEMA = 'waybill_log';

const tables = `
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.logs (
    number integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    origin text NOT NULL UNIQUE,
    size bigint NOT NULL,
    position text,
    ledger text,
    checkpoint text NOT NULL,
    keys text NOT NULL,
    decided_hold text,
    replaces text
  );
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.tiles (
    log integer NOT NULL,
    level smallint NOT NULL,
    number bigint NOT NULL,
    hashes bytea NOT NULL,
    PRIMARY KEY (log, level, number)
  );
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.bundles (
    log integer NOT NULL,
    number bigint NOT NULL,
    first_position text NOT NULL,
    entries bytea NOT NULL,
    PRIMARY KEY (log, number)
  );
  -- The last checkpoint of each hour.
  CREATE TABLE IF NOT EXISTS ${SCHEMA}.checkpoints (
    log integer NOT NULL,
    hour integer NOT NULL,
    note text NOT NULL,
    keys text NOT NULL,
    PRIMARY KEY (log, hour)
  );
`;

/** Instances that start together take turns. */
export async function createSchema(client: PoolClient): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('${SCHEMA}'))`);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
    await client.query(tables);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
