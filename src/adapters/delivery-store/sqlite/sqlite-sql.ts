import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { createDirectory } from '../../files/create-directory.js';
import { openDatabase } from '../../files/open-database.js';
import { setUpDatabase } from '../../files/set-up-database.js';
import { tables } from '../sql-delivery-store.js';
import type { Row, Sql, SqlValue } from '../sql.js';

export const deliveriesFile = (directory: string): string => join(directory, 'deliveries.sqlite');

const REMEDY =
  'Then put its backup in its place, or none: each receiver then gets all again since its endpoint was made.';

const BUSY_MS_MAX = 5_000;
const MILLISECONDS = 'INTEGER';

interface Prepared {
  readonly statement: StatementSync;
  /** The value of each parameter, by its place among the values. */
  readonly order: readonly number[];
}

/** A SQLite file beside the ledger. A power cut may lose the last commits: then something is delivered twice. */
export class SqliteSql implements Sql {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, Prepared>();
  #last: Promise<unknown> = Promise.resolve();

  /** @param directory null: nothing survives the process */
  constructor(directory: string | null) {
    if (directory !== null) createDirectory(directory);
    const file = directory === null ? ':memory:' : deliveriesFile(directory);
    this.#database = openDatabase(file, { timeout: BUSY_MS_MAX });
    setUpDatabase(file, this.#database, REMEDY, () => {
      this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
      for (const table of tables('', MILLISECONDS)) this.#database.exec(table);
    });
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
    let prepared = this.#statements.get(text);
    if (prepared === undefined) {
      prepared = this.prepare(text);
      this.#statements.set(text, prepared);
    }
    const { statement, order } = prepared;
    const bound = order.map((index) => values[index] ?? null);
    return statement.all(...bound) as unknown as readonly Row[];
  }

  /** Values by place are bound in a fifth of the time of values by name. */
  private prepare(text: string): Prepared {
    const order: number[] = [];
    const sql = text.replaceAll(/\$(\d+)/g, (_, number: string) => {
      order.push(Number(number) - 1);
      return '?';
    });
    return { statement: this.#database.prepare(sql), order };
  }
}
