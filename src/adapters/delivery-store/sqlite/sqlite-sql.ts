import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { tables } from '../sql-delivery-store.js';
import type { Row, Sql, SqlValue } from '../sql.js';

const BUSY_MS_MAX = 5_000;
const MILLISECONDS = 'INTEGER';

/** A SQLite file beside the ledger. A power cut may lose the last commits: then something is delivered twice. */
export class SqliteSql implements Sql {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #last: Promise<unknown> = Promise.resolve();

  /** @param directory null: nothing survives the process */
  constructor(directory: string | null) {
    if (directory !== null) mkdirSync(directory, { recursive: true });
    const file = directory === null ? ':memory:' : join(directory, 'deliveries.sqlite');
    this.#database = new DatabaseSync(file, { timeout: BUSY_MS_MAX });
    try {
      this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      for (const table of tables('', MILLISECONDS)) this.#database.exec(table);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  readonly query = (text: string, values: readonly SqlValue[] = []): Promise<readonly Row[]> =>
    this.inTurn(async () => this.run(text, values));

  transaction(work: (query: Sql['query']) => Promise<void>): Promise<void> {
    return this.inTurn(async () => {
      this.#database.exec('BEGIN IMMEDIATE');
      try {
        await work(async (text, values = []) => this.run(text, values));
        this.#database.exec('COMMIT');
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }

  /** The one connection holds one transaction at a time. */
  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  private run(text: string, values: readonly SqlValue[]): readonly Row[] {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.#database.prepare(text);
      this.#statements.set(text, statement);
    }
    const named = Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value]));
    return statement.all(named) as unknown as readonly Row[];
  }
}
