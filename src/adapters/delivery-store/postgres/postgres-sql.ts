import { PostgresSchema } from '../../postgres/postgres-schema.js';
import { tables } from '../sql-delivery-store.js';
import type { Row, Sql, SqlValue } from '../sql.js';

export const SCHEMA = 'waybill_webhooks';
const CONNECTIONS_MAX = 4;
const QUERY_MS_MAX = 10_000;

/** Deliveries in a schema of the database that all instances share. */
export class PostgresSql implements Sql {
  private readonly schema: PostgresSchema;

  constructor(url: string) {
    this.schema = new PostgresSchema(url, {
      name: SCHEMA,
      statements: tables(`${SCHEMA}.`, 'bigint'),
      connectionsMax: CONNECTIONS_MAX,
      queryMsMax: QUERY_MS_MAX,
    });
  }

  readonly query = async (
    text: string,
    values: readonly SqlValue[] = [],
  ): Promise<readonly Row[]> => (await this.schema.query<Row>(text, values)).rows;

  async transaction(work: (query: Sql['query']) => Promise<void>): Promise<void> {
    await this.schema.transaction((client) =>
      work(async (text, values = []) => (await client.query<Row>(text, [...values])).rows),
    );
  }

  async close(): Promise<void> {
    await this.schema.close();
  }
}
