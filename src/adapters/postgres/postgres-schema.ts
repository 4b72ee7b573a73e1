import type { Pool, PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import { databaseUnusable, reasonOf } from '../../application/errors.js';
import { createSchema } from './create-schema.js';
import { inTransaction } from './in-transaction.js';
import { interruptible } from './interruptible.js';
import { newPool } from './new-pool.js';

const CONNECT_MS_MAX = 3_000;

/** Makes commits durable where the server's configuration has turned `synchronous_commit` off. */
const COMMIT_DURABLY = `SELECT set_config('synchronous_commit', 'on', false)
  WHERE current_setting('synchronous_commit') = 'off'`;

export interface SchemaSettings {
  readonly name: string;
  /** Each may run again on tables that exist. */
  readonly statements: readonly string[];
  readonly connectionsMax: number;
  /** Milliseconds until a query without an answer fails. */
  readonly queryMsMax: number;
}

/**
 * A schema in the database that all instances share. It lies beside the schemas of the read models, is never rebuilt
 * with them, and is created when it is first used. While the database cannot be reached, each call fails.
 */
export class PostgresSchema {
  private readonly pool: Pool;
  private created: Promise<void> | undefined;

  constructor(
    url: string,
    private readonly settings: SchemaSettings,
  ) {
    this.pool = newPool({
      connectionString: url,
      max: settings.connectionsMax,
      connectionTimeoutMillis: CONNECT_MS_MAX,
      query_timeout: settings.queryMsMax,
      onConnect: async (client) => void (await client.query(COMMIT_DURABLY)),
    });
  }

  async query<Row extends QueryResultRow>(
    query: string | QueryConfig,
    values?: readonly unknown[],
  ): Promise<QueryResult<Row>> {
    await this.create();
    return values === undefined
      ? this.pool.query<Row>(query)
      : this.pool.query<Row>(query, [...values]);
  }

  /** Like `query`, for one that may take long. It fails when `signal` aborts. */
  async queryUntil(signal: AbortSignal | undefined, query: QueryConfig): Promise<QueryResult> {
    await this.create();
    return interruptible(this.pool, signal, (client) => client.query(query));
  }

  async transaction<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    await this.create();
    return inTransaction(this.pool, work);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private create(): Promise<void> {
    const { name, statements } = this.settings;
    const schema = { name, statements, lock: name };
    this.created ??= inTransaction(this.pool, (client) => createSchema(client, schema)).catch(
      (error: unknown) => {
        this.created = undefined;
        throw new Error(databaseUnusable(reasonOf(error)), { cause: error });
      },
    );
    return this.created;
  }
}
