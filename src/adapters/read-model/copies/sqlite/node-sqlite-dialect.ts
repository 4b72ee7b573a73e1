import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from 'kysely';
import type { DamageGuard } from './damage-guard.js';
import { PreparedQuery } from './prepared-query.js';

const QUERIES_MAX = 200;

/** Kysely over Node's built-in SQLite. One connection, used from one thread. */
export const nodeSqliteDialect = (database: DatabaseSync, guard: DamageGuard): Dialect => ({
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => new NodeSqliteDriver(database, guard),
  createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});

class NodeSqliteDriver implements Driver {
  private readonly connection: NodeSqliteConnection;

  constructor(database: DatabaseSync, guard: DamageGuard) {
    this.connection = new NodeSqliteConnection(database, guard);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.connection;
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('BEGIN'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('COMMIT'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('ROLLBACK'));
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

class NodeSqliteConnection implements DatabaseConnection {
  private readonly queries = new Map<string, PreparedQuery>();

  constructor(
    private readonly database: DatabaseSync,
    private readonly guard: DamageGuard,
  ) {}

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const rows = this.guard.run(() => this.prepare(sql).all(...(parameters as SQLInputValue[])));
    return { rows: rows as readonly unknown[] as Row[] };
  }

  async *streamQuery<Row>({ sql, parameters }: CompiledQuery): AsyncGenerator<QueryResult<Row>> {
    const rows = this.guard.run(() =>
      this.prepare(sql).iterate(...(parameters as SQLInputValue[])),
    );
    for (;;) {
      const { done, value } = this.guard.run(() => rows.next());
      if (done === true) return;
      yield { rows: [value as Row] };
    }
  }

  private prepare(sql: string): PreparedQuery {
    let query = this.queries.get(sql);
    if (query === undefined) {
      query = new PreparedQuery(this.database, sql);
      if (this.queries.size >= QUERIES_MAX) this.queries.clear();
      this.queries.set(sql, query);
    }
    return query;
  }
}
