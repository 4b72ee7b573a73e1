import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';

export type QueriedRow = Readonly<Record<string, SQLOutputValue>>;

/**
 * A statement whose rows are turned into objects here. The binding builds its objects more slowly, and their
 * properties are slow to read.
 */
export class PreparedQuery {
  private readonly statement: StatementSync;
  private readonly names: readonly string[];

  constructor(database: DatabaseSync, sql: string) {
    this.statement = database.prepare(sql);
    this.statement.setReturnArrays(true);
    this.names = this.statement.columns().map(({ name }) => name);
  }

  all(...parameters: readonly SQLInputValue[]): QueriedRow[] {
    return this.statement.all(...parameters).map((cells) => this.rowOf(cells));
  }

  /** @param cells an array, although the types say otherwise */
  private rowOf(cells: unknown): QueriedRow {
    const { names } = this;
    const row: Record<string, SQLOutputValue> = {};
    for (let index = 0; index < names.length; index++) {
      row[names[index] ?? ''] = (cells as readonly SQLOutputValue[])[index] ?? null;
    }
    return row;
  }
}
