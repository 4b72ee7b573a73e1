import type { PoolClient } from 'pg';
import { OtherStoreUnavailable, reasonOf } from '../../../application/errors.js';
import {
  LogHasMoved,
  type KeptCheckpoint,
  type LogGrowth,
  type LogState,
  type LogStore,
} from '../../../application/ports/log-store.js';
import { PostgresSchema } from '../../postgres/postgres-schema.js';
import { logTables, SCHEMA } from './schema.js';

const CONNECTIONS_MAX = 4;
/** A growth of some thousand entries is a few megabytes. */
const QUERY_MS_MAX = 30_000;
const UNIQUE_VIOLATION = '23505';

const PRESENT = `(SELECT max(number) FROM ${SCHEMA}.logs)`;
const HOUR = `floor(extract(epoch FROM now()) / 3600)::integer`;
const STATE_COLUMNS = 'size, position, ledger, checkpoint, keys, decided_hold, replaces';

/** The log in a schema of the database that all instances share. */
export class PostgresLogStore implements LogStore {
  readonly #schema: PostgresSchema;

  constructor(url: string) {
    this.#schema = new PostgresSchema(url, {
      name: SCHEMA,
      statements: [logTables],
      connectionsMax: CONNECTIONS_MAX,
      queryMsMax: QUERY_MS_MAX,
    });
  }

  async state(): Promise<LogState | undefined> {
    const [row] = await this.#rows(`SELECT * FROM ${SCHEMA}.logs ORDER BY number DESC LIMIT 1`);
    return row === undefined ? undefined : stateOf(row);
  }

  async begin(state: LogState, insteadOf: string | undefined): Promise<void> {
    await this.#inTransaction(async (client) => {
      await client.query(`LOCK TABLE ${SCHEMA}.logs IN EXCLUSIVE MODE`);
      const { rows } = await client.query<{ origin: string }>(
        `SELECT origin FROM ${SCHEMA}.logs ORDER BY number DESC LIMIT 1`,
      );
      if (rows[0]?.origin !== insteadOf) throw new LogHasMoved('another log has begun');
      await client.query(
        `INSERT INTO ${SCHEMA}.logs (origin, ${STATE_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [state.origin, ...cellsOf(state)],
      );
      await keep(client, state);
    });
  }

  async grow({ before, after, tiles, bundles, firstPositions = [] }: LogGrowth): Promise<void> {
    await this.#inTransaction(async (client) => {
      const { rowCount } = await client.query(
        `UPDATE ${SCHEMA}.logs SET (${STATE_COLUMNS}) = ROW ($3, $4, $5, $6, $7, $8, $9)
         WHERE origin = $1 AND size = $2 AND number = ${PRESENT}`,
        [before.origin, before.size, ...cellsOf(after)],
      );
      if (rowCount !== 1) throw new LogHasMoved('another signer has gone on');
      await client.query(
        `UPDATE ${SCHEMA}.bundles SET first_position = moved.position
         FROM unnest($1::text[]) WITH ORDINALITY AS moved (position, place)
         WHERE log = ${PRESENT} AND number = moved.place - 1`,
        [firstPositions],
      );
      await client.query(
        `INSERT INTO ${SCHEMA}.tiles
         SELECT ${PRESENT}, * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])
         ON CONFLICT (log, level, number) DO UPDATE SET hashes = excluded.hashes`,
        [
          tiles.map(({ level }) => level),
          tiles.map(({ number }) => number),
          tiles.map(({ hashes }) => hashes),
        ],
      );
      await client.query(
        `INSERT INTO ${SCHEMA}.bundles
         SELECT ${PRESENT}, * FROM unnest($1::bigint[], $2::text[], $3::bytea[])
         ON CONFLICT (log, number) DO UPDATE
         SET first_position = excluded.first_position, entries = excluded.entries`,
        [
          bundles.map(({ number }) => number),
          bundles.map(({ firstPosition }) => firstPosition),
          bundles.map(({ entries }) => entries),
        ],
      );
      await keep(client, after);
    });
  }

  async tile(level: number, number: number): Promise<Uint8Array | undefined> {
    const [row] = await this.#rows(
      `SELECT hashes FROM ${SCHEMA}.tiles WHERE log = ${PRESENT} AND level = $1 AND number = $2`,
      [level, number],
    );
    return row?.['hashes'] as Buffer | undefined;
  }

  async bundle(number: number): Promise<Uint8Array | undefined> {
    const [row] = await this.#rows(
      `SELECT entries FROM ${SCHEMA}.bundles WHERE log = ${PRESENT} AND number = $1`,
      [number],
    );
    return row?.['entries'] as Buffer | undefined;
  }

  async firstPosition(bundle: number): Promise<string | undefined> {
    const [row] = await this.#rows(
      `SELECT first_position FROM ${SCHEMA}.bundles WHERE log = ${PRESENT} AND number = $1`,
      [bundle],
    );
    return row?.['first_position'] as string | undefined;
  }

  async checkpoints(): Promise<readonly KeptCheckpoint[]> {
    const rows = await this.#rows(
      `SELECT note, keys FROM ${SCHEMA}.checkpoints ORDER BY log, hour`,
    );
    return rows.map((row) => ({ note: String(row['note']), keys: String(row['keys']) }));
  }

  async close(): Promise<void> {
    await this.#schema.close();
  }

  async #rows(text: string, values: unknown[] = []): Promise<readonly Row[]> {
    return (await this.#schema.query<Row>(text, values).catch(tellUnavailable)).rows;
  }

  async #inTransaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
    await this.#schema.transaction(work).catch((error: unknown) => {
      if (error instanceof LogHasMoved) throw error;
      if ((error as { readonly code?: string }).code === UNIQUE_VIOLATION) {
        throw new LogHasMoved('another log has begun', { cause: error });
      }
      tellUnavailable(error);
    });
  }
}

type Row = Readonly<Record<string, unknown>>;

/** @throws OtherStoreUnavailable */
function tellUnavailable(cause: unknown): never {
  const reason = `the store of the transparency log cannot be used: ${reasonOf(cause)}`;
  throw new OtherStoreUnavailable(reason, { cause });
}

async function keep(client: PoolClient, { checkpoint, keys }: LogState): Promise<void> {
  await client.query(
    `INSERT INTO ${SCHEMA}.checkpoints VALUES (${PRESENT}, ${HOUR}, $1, $2)
     ON CONFLICT (log, hour) DO UPDATE SET note = excluded.note, keys = excluded.keys`,
    [checkpoint, keys],
  );
}

/** In the order of `STATE_COLUMNS`. */
const cellsOf = (state: LogState): readonly unknown[] => [
  state.size,
  state.position ?? null,
  state.ledger ?? null,
  state.checkpoint,
  state.keys,
  state.decidedHold ?? null,
  state.replaces ?? null,
];

const textOf = (cell: unknown): string | undefined => (typeof cell === 'string' ? cell : undefined);

const stateOf = (row: Row): LogState => ({
  origin: String(row['origin']),
  size: Number(row['size']),
  position: textOf(row['position']),
  ledger: textOf(row['ledger']),
  checkpoint: String(row['checkpoint']),
  keys: String(row['keys']),
  decidedHold: textOf(row['decided_hold']),
  replaces: textOf(row['replaces']),
});
