import type { Kysely } from 'kysely';
import type pg from 'pg';
import { OtherStoreUnavailable, reasonOf } from '../../../../application/errors.js';
import { ProjectionMoved, RowsRefused } from '../../../../application/ports/projection-store.js';
import { inTransaction } from '../../../postgres/in-transaction.js';
import { interruptible } from '../../../postgres/interruptible.js';
import { tablesOf } from '../../../postgres/tables-of.js';
import { tellUnavailable } from './connection-errors.js';
import { valueColumns } from '../data-definition.js';
import type { ProgressGuard, StoredRow, TableSet } from '../read-model-database.js';
import type { Cell, Column, ColumnType, Table, TableWrite } from '../../table.js';

const arrayTypes: Readonly<Record<ColumnType, string>> = {
  text: 'text[]',
  integer: 'bigint[]',
  blob: 'bytea[]',
};

/** It reads thousands of pages of a large table, on a slow disk one by one. */
const ANALYZE_MS_MAX = 5 * 60_000;

/** The server then cancels a statement whose connection was closed (since PostgreSQL 14); without it, the statement runs to its end. */
const WATCH_CONNECTION = `SELECT set_config(name, '1s', false) FROM pg_settings
  WHERE name = 'client_connection_check_interval'`;

/** Tables in one schema. Whole columns are sent as arrays, so a batch is a few statements. */
export class PostgresTableSet<Tables> implements TableSet<Tables> {
  constructor(
    readonly db: Kysely<Tables>,
    private readonly pool: pg.Pool,
    private readonly schema: string,
  ) {}

  async write(writes: readonly TableWrite[], guard?: ProgressGuard): Promise<void> {
    try {
      await inTransaction(this.pool, async (client) => {
        if (guard !== undefined) await this.check(client, guard);
        for (const { table, remove = [], put = [] } of writes) {
          if (remove.length > 0) await this.remove(client, table, remove);
          if (put.length > 0) await this.put(client, table, put);
        }
      });
    } catch (error) {
      throw isRefusal(error) ? new RowsRefused(error.message) : error;
    }
  }

  async find(table: Table, column: string, values: readonly Cell[]): Promise<readonly StoredRow[]> {
    if (values.length === 0) return [];
    const type = arrayTypes[columnOf(table, column).type];
    const { rows } = await this.pool
      .query<Record<string, Cell>>(
        `SELECT * FROM ${this.schema}.${table.name} WHERE ${column} = ANY ($1::${type})`,
        [values.map(storable)],
      )
      .catch(tellUnavailable);
    return rows;
  }

  /** The planner's statistics are a sample of values, which stays until the next one. */
  async purge(signal?: AbortSignal): Promise<void> {
    try {
      await interruptible(this.pool, signal, async (client) => {
        // A server that does not know the setting, or whose system cannot watch, ends the statement later.
        await client.query(WATCH_CONNECTION).catch(() => undefined);
        for (const table of await tablesOf(client, `^${this.schema}$`)) {
          const analyze = { text: `ANALYZE ${table}`, query_timeout: ANALYZE_MS_MAX };
          await client.query(analyze);
        }
      });
    } catch (cause) {
      if (signal?.aborted !== true) tellUnavailable(cause);
      throw new OtherStoreUnavailable(`${reasonOf(signal.reason)}: ask again`, { cause });
    }
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }

  /**
   * Allows one writer at a time, whatever other instances assume: the second waits, and then finds that it is too
   * late.
   */
  private async check(client: pg.PoolClient, { commits }: ProgressGuard): Promise<void> {
    await client.query(`SELECT pg_advisory_xact_lock(hashtext($1))`, [this.schema]);
    const { rows } = await client.query<{ commits: number }>(
      `SELECT commits FROM ${this.schema}.progress`,
    );
    if ((rows[0]?.commits ?? 0) !== commits) {
      throw new ProjectionMoved('another writer has changed this projection');
    }
  }

  private async put(
    client: pg.PoolClient,
    table: Table,
    rows: readonly (readonly Cell[])[],
  ): Promise<void> {
    const names = table.columns.map(({ name }) => name).join(', ');
    const changes = valueColumns(table).map(({ name }) => `${name} = excluded.${name}`);
    await client.query(
      `INSERT INTO ${this.schema}.${table.name} (${names})
       SELECT * FROM unnest(${parameters(table.columns)})
       ON CONFLICT (${table.key.join(', ')}) DO UPDATE SET ${changes.join(', ')}`,
      columnsOf(table.columns, lastOfEachKey(table, rows)),
    );
  }

  private async remove(
    client: pg.PoolClient,
    table: Table,
    keys: readonly (readonly Cell[])[],
  ): Promise<void> {
    const columns = table.key.map((name) => columnOf(table, name));
    const isSame = table.key.map((name) => `stored.${name} = gone.${name}`).join(' AND ');
    await client.query(
      `DELETE FROM ${this.schema}.${table.name} AS stored
       USING unnest(${parameters(columns)}) AS gone (${table.key.join(', ')}) WHERE ${isSame}`,
      columnsOf(columns, keys),
    );
  }
}

const parameters = (columns: readonly Column[]): string =>
  columns.map(({ type }, index) => `$${index + 1}::${arrayTypes[type]}`).join(', ');

function columnsOf(columns: readonly Column[], rows: readonly (readonly Cell[])[]): unknown[][] {
  return columns.map(({ type }, index) =>
    rows.map((row) => {
      const cell = storable(row[index] ?? null);
      // Inside an array the driver accepts only a Buffer for bytes.
      return type === 'blob' && cell instanceof Uint8Array ? Buffer.from(cell) : cell;
    }),
  );
}

/** PostgreSQL stores every character but this one, so the symbol for NUL is stored in its place. */
const NUL = '\u0000';
const SYMBOL_FOR_NUL = '\u2400';

const storable = (cell: Cell): Cell =>
  typeof cell === 'string' && cell.includes(NUL) ? cell.replaceAll(NUL, SYMBOL_FOR_NUL) : cell;

/** Cardinality violations, data exceptions, broken constraints and exceeded limits: the same rows would fail again. */
const REFUSAL = /^(21|22|23|54)/;

const isRefusal = (error: unknown): error is Error =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  REFUSAL.test(error.code);

/** One statement may not put a row twice; the last one wins. */
function lastOfEachKey(
  table: Table,
  rows: readonly (readonly Cell[])[],
): readonly (readonly Cell[])[] {
  const places = table.key.map((name) => table.columns.findIndex((column) => column.name === name));
  const byKey = new Map<string, readonly Cell[]>();
  for (const row of rows) byKey.set(JSON.stringify(places.map((place) => row[place])), row);
  return [...byKey.values()];
}

function columnOf(table: Table, name: string): Column {
  const column = table.columns.find((one) => one.name === name);
  if (column === undefined) throw new RangeError(`${table.name} has no column ${name}`);
  return column;
}
