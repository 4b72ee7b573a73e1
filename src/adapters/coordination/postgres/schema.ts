import type { ClientBase } from 'pg';

/** Lies beside the schemas of the read models, and is never rebuilt with them. */
export const SCHEMA = 'waybill_coordination';

/** Creates the missing tables of coordination. Instances that start together take turns. */
export async function createSchema(client: ClientBase): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('${SCHEMA}'))`);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${SCHEMA}.pace (
         id smallint PRIMARY KEY CHECK (id = 1),
         next_turn_at timestamptz NOT NULL
       )`,
    );
    await client.query(
      `INSERT INTO ${SCHEMA}.pace VALUES (1, '-infinity') ON CONFLICT (id) DO NOTHING`,
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
