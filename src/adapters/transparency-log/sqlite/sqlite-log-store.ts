import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  LogHasMoved,
  type KeptCheckpoint,
  type LogGrowth,
  type LogState,
  type LogStore,
} from '../../../application/ports/log-store.js';
import { openDatabase } from '../../files/open-database.js';
import { setUpDatabase } from '../../files/set-up-database.js';

/** Marks the file as a transparency log: "Wayl" in ASCII. */
const APPLICATION_ID = 0x5761796c;
const SCHEMA_VERSION = 1;
const BUSY_TIMEOUT_MS = 5_000;

const schema = `
  CREATE TABLE logs (
    number INTEGER PRIMARY KEY,
    origin TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    position TEXT,
    ledger TEXT,
    checkpoint TEXT NOT NULL,
    keys TEXT NOT NULL,
    decided_hold TEXT,
    replaces TEXT
  ) STRICT;

  CREATE TABLE tiles (
    log INTEGER NOT NULL,
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    UNIQUE (log, level, number)
  ) STRICT;

  CREATE TABLE bundles (
    log INTEGER NOT NULL,
    number INTEGER NOT NULL,
    first_position TEXT NOT NULL,
    entries BLOB NOT NULL,
    UNIQUE (log, number)
  ) STRICT;

  -- The last checkpoint of each hour.
  CREATE TABLE checkpoints (
    log INTEGER NOT NULL,
    hour INTEGER NOT NULL,
    note TEXT NOT NULL,
    keys TEXT NOT NULL,
    PRIMARY KEY (log, hour)
  ) STRICT;

  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

const REMEDY = 'Then a new log begins under a new name (docs/proof.md).';

const HOUR_MS = 3_600_000;

type Row = Readonly<Record<string, SQLInputValue>>;

/** The log in a SQLite file, or in memory for a ledger that is itself in memory. */
export class SqliteLogStore implements LogStore {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /**
   * @param file `:memory:` for a log that ends with the process
   * @throws Error when the file is no transparency log, or one of a newer build
   */
  constructor(file: string, { readOnly = false }: { readonly readOnly?: boolean } = {}) {
    this.#database = openDatabase(file, { timeout: BUSY_TIMEOUT_MS, readOnly });
    setUpDatabase(file, this.#database, REMEDY, () => {
      if (!readOnly) this.#createSchema();
      this.#checkSchema(file);
    });
  }

  async state(): Promise<LogState | undefined> {
    const row = this.#get('SELECT * FROM logs ORDER BY number DESC LIMIT 1');
    return row === undefined ? undefined : stateOf(row);
  }

  async begin(state: LogState, insteadOf: string | undefined): Promise<void> {
    this.#inTransaction(() => {
      const present = this.#get('SELECT origin FROM logs ORDER BY number DESC LIMIT 1');
      if (present?.['origin'] !== insteadOf) throw new LogHasMoved('another log has begun');
      this.#run(
        `INSERT INTO logs (origin, size, position, ledger, checkpoint, keys, decided_hold, replaces)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        state.origin,
        ...cellsOf(state),
      );
      this.#keep(state);
    });
  }

  async grow({ before, after, tiles, bundles, firstPositions = [] }: LogGrowth): Promise<void> {
    this.#inTransaction(() => {
      const { changes } = this.#run(
        `UPDATE logs SET size = ?, position = ?, ledger = ?, checkpoint = ?, keys = ?, decided_hold = ?, replaces = ?
         WHERE origin = ? AND size = ? AND number = (SELECT max(number) FROM logs)`,
        ...cellsOf(after),
        before.origin,
        before.size,
      );
      if (changes !== 1) throw new LogHasMoved('another signer has gone on');
      for (const [number, position] of firstPositions.entries()) {
        this.#run(
          'UPDATE bundles SET first_position = ? WHERE log = (SELECT max(number) FROM logs) AND number = ?',
          position,
          number,
        );
      }
      for (const { level, number, hashes } of tiles) {
        this.#run(
          `INSERT INTO tiles SELECT max(number), ?, ?, ? FROM logs WHERE true
           ON CONFLICT DO UPDATE SET hashes = excluded.hashes`,
          level,
          number,
          hashes,
        );
      }
      for (const { number, firstPosition, entries } of bundles) {
        this.#run(
          `INSERT INTO bundles SELECT max(number), ?, ?, ? FROM logs WHERE true
           ON CONFLICT DO UPDATE SET first_position = excluded.first_position, entries = excluded.entries`,
          number,
          firstPosition,
          entries,
        );
      }
      this.#keep(after);
    });
  }

  async tile(level: number, number: number): Promise<Uint8Array | undefined> {
    const row = this.#get(
      'SELECT hashes FROM tiles WHERE log = (SELECT max(number) FROM logs) AND level = ? AND number = ?',
      level,
      number,
    );
    return row?.['hashes'] as Uint8Array | undefined;
  }

  async bundle(number: number): Promise<Uint8Array | undefined> {
    const row = this.#get(
      'SELECT entries FROM bundles WHERE log = (SELECT max(number) FROM logs) AND number = ?',
      number,
    );
    return row?.['entries'] as Uint8Array | undefined;
  }

  async firstPosition(bundle: number): Promise<string | undefined> {
    const row = this.#get(
      'SELECT first_position FROM bundles WHERE log = (SELECT max(number) FROM logs) AND number = ?',
      bundle,
    );
    return row?.['first_position'] as string | undefined;
  }

  async checkpoints(): Promise<readonly KeptCheckpoint[]> {
    const rows = this.#prepared('SELECT note, keys FROM checkpoints ORDER BY log, hour').all();
    return rows.map((row) => ({ note: String(row['note']), keys: String(row['keys']) }));
  }

  async close(): Promise<void> {
    if (this.#database.isOpen) this.#database.close();
  }

  #keep({ checkpoint, keys }: LogState): void {
    this.#run(
      `INSERT INTO checkpoints SELECT max(number), ?, ?, ? FROM logs WHERE true
       ON CONFLICT DO UPDATE SET note = excluded.note, keys = excluded.keys`,
      Math.floor(Date.now() / HOUR_MS),
      checkpoint,
      keys,
    );
  }

  #createSchema(): void {
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    this.#inTransaction(() => {
      if (this.#number('SELECT count(*) AS value FROM sqlite_schema') === 0) {
        this.#database.exec(schema);
      }
    });
  }

  #checkSchema(file: string): void {
    if (
      this.#number('SELECT application_id AS value FROM pragma_application_id') !== APPLICATION_ID
    ) {
      throw new Error(`${file} is a database, but no transparency log`);
    }
    if (this.#number('SELECT user_version AS value FROM pragma_user_version') > SCHEMA_VERSION) {
      throw new Error(`${file} was written by a newer build`);
    }
  }

  #number(sql: string): number {
    return Number(this.#database.prepare(sql).get()?.['value']);
  }

  #get(sql: string, ...cells: SQLInputValue[]): Row | undefined {
    return this.#prepared(sql).get(...cells);
  }

  #run(sql: string, ...cells: SQLInputValue[]): { readonly changes: number | bigint } {
    return this.#prepared(sql).run(...cells);
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #inTransaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

/** The columns behind the origin, in the order of the table. */
const cellsOf = (state: LogState): SQLInputValue[] => [
  state.size,
  state.position ?? null,
  state.ledger ?? null,
  state.checkpoint,
  state.keys,
  state.decidedHold ?? null,
  state.replaces ?? null,
];

const textOf = (cell: SQLInputValue | undefined): string | undefined =>
  typeof cell === 'string' ? cell : undefined;

const stateOf = (row: Row): LogState => ({
  origin: textOf(row['origin']) ?? '',
  size: Number(row['size']),
  position: textOf(row['position']),
  ledger: textOf(row['ledger']),
  checkpoint: textOf(row['checkpoint']) ?? '',
  keys: textOf(row['keys']) ?? '',
  decidedHold: textOf(row['decided_hold']),
  replaces: textOf(row['replaces']),
});
