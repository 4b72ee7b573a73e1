import { Pool, type PoolClient } from 'pg';
import type { KeyTable } from '../key-table.js';

/** Lies beside the schemas of the read models, and is never rebuilt with them. */
const SCHEMA = 'waybill_keys';
const CONNECTIONS_MAX = 4;
const CONNECT_MS_MAX = 3_000;
const QUERY_MS_MAX = 3_000;

/** A schema in the database that all instances share. */
export class PostgresKeyTable implements KeyTable {
  private readonly pool: Pool;
  private created: Promise<void> | undefined;

  constructor(url: string) {
    this.pool = new Pool({
      connectionString: url,
      max: CONNECTIONS_MAX,
      connectionTimeoutMillis: CONNECT_MS_MAX,
      query_timeout: QUERY_MS_MAX,
    });
    // A connection that breaks while idle is replaced; one that breaks in use fails its query.
    this.pool.on('error', () => undefined);
    // The pool does not listen to a connection in use, and an error without a listener would end the process.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async secret(proposed: Buffer): Promise<Buffer> {
    await this.create();
    await this.pool.query(`INSERT INTO ${SCHEMA}.secret VALUES (1, $1) ON CONFLICT DO NOTHING`, [
      proposed,
    ]);
    const { rows } = await this.pool.query<{ bytes: Buffer }>(`SELECT bytes FROM ${SCHEMA}.secret`);
    return rows[0]?.bytes ?? proposed;
  }

  async contact(hash: Buffer): Promise<string | undefined> {
    await this.create();
    const { rows } = await this.pool.query<{ id: string }>({
      name: 'contact',
      text: `SELECT id FROM ${SCHEMA}.contacts WHERE hash = $1`,
      values: [hash],
    });
    return rows[0]?.id;
  }

  async addContact(hash: Buffer, proposedId: string): Promise<string> {
    await this.create();
    await this.pool.query(`INSERT INTO ${SCHEMA}.contacts VALUES ($1, $2) ON CONFLICT DO NOTHING`, [
      hash,
      proposedId,
    ]);
    return (await this.contact(hash)) ?? proposedId;
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private create(): Promise<void> {
    this.created ??= this.withClient(createSchema).catch((error: unknown) => {
      this.created = undefined;
      throw error;
    });
    return this.created;
  }

  private async withClient(work: (client: PoolClient) => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    try {
      await work(client);
    } finally {
      client.release();
    }
  }
}

/** Instances that start together take turns. */
async function createSchema(client: PoolClient): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('${SCHEMA}'))`);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${SCHEMA}.secret (
         id smallint PRIMARY KEY CHECK (id = 1),
         bytes bytea NOT NULL
       )`,
    );
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${SCHEMA}.contacts (hash bytea PRIMARY KEY, id text NOT NULL)`,
    );
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
