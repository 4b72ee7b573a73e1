import { Pool } from 'pg';
import { tables } from '../sql-delivery-store.js';
import type { Row, Sql, SqlValue } from '../sql.js';

/** Lies beside the schemas of the read models, and is never rebuilt with them. */
export const SCHEMA = 'waybill_webhooks';
const CONNECTIONS_MAX = 4;
const CONNECT_MS_MAX = 3_000;
const QUERY_MS_MAX = 10_000;

/** A schema in the database that all instances share. */
export class PostgresSql implements Sql {
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

  readonly query = async (
    text: string,
    values: readonly SqlValue[] = [],
  ): Promise<readonly Row[]> => {
    await this.create();
    return (await this.pool.query<Row>(text, [...values])).rows;
  };

  async transaction(work: (query: Sql['query']) => Promise<void>): Promise<void> {
    await this.create();
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      await work(async (text, values = []) => (await client.query<Row>(text, [...values])).rows);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private create(): Promise<void> {
    this.created ??= this.createTables().catch((error: unknown) => {
      this.created = undefined;
      throw error;
    });
    return this.created;
  }

  /** Instances that start together take turns. */
  private async createTables(): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(`SELECT pg_advisory_xact_lock(hashtext('${SCHEMA}'))`);
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
      for (const table of tables(`${SCHEMA}.`, 'bigint')) await client.query(table);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      client.release();
    }
  }
}
