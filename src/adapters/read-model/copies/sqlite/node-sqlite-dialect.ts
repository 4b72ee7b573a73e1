import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { SqliteDialect } from 'kysely';
import type { DamageGuard } from './damage-guard.js';
import { PreparedQuery } from './prepared-query.js';

const QUERIES_MAX = 200;

/** Kysely over Node's built-in SQLite. One connection, used from one thread. */
export function nodeSqliteDialect(database: DatabaseSync, guard: DamageGuard): SqliteDialect {
  const queries = new Map<string, PreparedQuery>();
  const prepared = (sql: string): PreparedQuery => {
    let query = queries.get(sql);
    if (query === undefined) {
      query = new PreparedQuery(database, sql);
      if (queries.size >= QUERIES_MAX) queries.clear();
      queries.set(sql, query);
    }
    return query;
  };
  return new SqliteDialect({
    database: {
      prepare: (sql) => ({
        // Also of a statement that returns no rows: its number of changes is not asked for.
        reader: true,
        all: (values) => guard.run(() => prepared(sql).all(...(values as SQLInputValue[]))),
        run: notUsed,
        iterate: notUsed,
      }),
      close: () => database.close(),
    },
  });
}

const notUsed = (): never => {
  throw new TypeError('every statement is read as a whole');
};
