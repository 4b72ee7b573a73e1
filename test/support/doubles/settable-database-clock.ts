import { Client } from 'pg';

/** PostgreSQL finds a function of this schema before its own of the same name. */
const SCHEMA = 'settable_clock';

/** A database whose `clock_timestamp()` the test controls, for sessions that are opened by `url`. */
export class SettableDatabaseClock {
  readonly url: string;

  private constructor(
    url: string,
    private readonly client: Client,
  ) {
    const own = new URL(url);
    own.searchParams.set('options', `-c search_path=${SCHEMA},pg_catalog`);
    this.url = own.href;
  }

  /** Replaces the schema of an earlier test. */
  static async create(url: string): Promise<SettableDatabaseClock> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`
      DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE;
      CREATE SCHEMA ${SCHEMA};
      CREATE TABLE ${SCHEMA}.time AS SELECT timestamptz '2031-03-04T12:00:00Z' AS now;
      CREATE FUNCTION ${SCHEMA}.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql
        AS 'SELECT now FROM ${SCHEMA}.time';
    `);
    return new SettableDatabaseClock(url, client);
  }

  /** Moves the clock: passing time and a step differ only by comparison with other clocks. */
  async move(milliseconds: number): Promise<void> {
    await this.client.query(`UPDATE ${SCHEMA}.time SET now = now + make_interval(secs => $1)`, [
      milliseconds / 1_000,
    ]);
  }

  async query(sql: string): Promise<void> {
    await this.client.query(sql);
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
