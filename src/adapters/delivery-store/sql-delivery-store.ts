import { OtherStoreUnavailable, reasonOf } from '../../application/errors.js';
import type {
  Delivery,
  DeliveryKey,
  DeliveryState,
  DeliveryStore,
  EndpointProgress,
} from '../../application/ports/delivery-store.js';
import type { Position } from '../../application/ports/event-store.js';
import type { Row, Sql, SqlValue } from './sql.js';

/** Delivered ones, and failed ones, that are kept for each endpoint, to be looked at. */
const ENDED_MAX = 1_000;
/** Rows that are written between two prunings. */
const PRUNE_EVERY = 500;

/** @param big the type for milliseconds and prefix of the tables */
export const tables = (prefix: string, big: string): readonly string[] => [
  `CREATE TABLE IF NOT EXISTS ${prefix}endpoints (
     id text PRIMARY KEY, position text, failing_since ${big}, replay_since ${big})`,
  `CREATE TABLE IF NOT EXISTS ${prefix}deliveries (
     endpoint_id text NOT NULL, event_id text NOT NULL, type text NOT NULL, stream text NOT NULL,
     revision ${big} NOT NULL, state text NOT NULL, attempts ${big} NOT NULL, last_at ${big} NOT NULL,
     next_at ${big}, http_status ${big}, error text, PRIMARY KEY (endpoint_id, event_id))`,
  // Places of other ledgers (`keepPlace`). The position is null once it was taken (`takePlace`).
  `CREATE TABLE IF NOT EXISTS ${prefix}places (
     endpoint_id text NOT NULL, ledger text NOT NULL, position text, PRIMARY KEY (endpoint_id, ledger))`,
  `CREATE INDEX IF NOT EXISTS deliveries_due ON ${prefix}deliveries (endpoint_id, state, next_at)`,
  `CREATE INDEX IF NOT EXISTS deliveries_last ON ${prefix}deliveries (endpoint_id, last_at, event_id)`,
];

/** The same statements for every database. */
export class SqlDeliveryStore implements DeliveryStore {
  /** Rows written since the last pruning, by endpoint: a common count might always meet the same one. */
  private readonly written = new Map<string, number>();

  constructor(
    private readonly sql: Sql,
    private readonly prefix: string,
  ) {}

  async progress(endpointId: string): Promise<EndpointProgress> {
    const [row] = await this.query(`SELECT * FROM ${this.prefix}endpoints WHERE id = $1`, [
      endpointId,
    ]);
    return {
      position: (row?.['position'] as Position | null | undefined) ?? undefined,
      failingSince: numberOf(row?.['failing_since']) ?? undefined,
      replaySince: numberOf(row?.['replay_since']) ?? undefined,
    };
  }

  async advance(
    endpointId: string,
    position: Position,
    deliveries: readonly Delivery[],
  ): Promise<void> {
    await this.available(
      this.sql.transaction(async (query) => {
        for (const delivery of deliveries) await this.write(query, endpointId, delivery);
        await this.set(query, endpointId, 'position', position);
      }),
    );
    await this.pruneAfter(endpointId, deliveries.length);
  }

  async put(
    endpointId: string,
    deliveries: readonly Delivery[],
    forgotten: readonly string[] = [],
  ): Promise<void> {
    await this.available(
      this.sql.transaction(async (query) => {
        for (const delivery of deliveries) await this.write(query, endpointId, delivery);
        for (const eventId of forgotten) {
          await query(
            `DELETE FROM ${this.prefix}deliveries WHERE endpoint_id = $1 AND event_id = $2`,
            [endpointId, eventId],
          );
        }
      }),
    );
    await this.pruneAfter(endpointId, deliveries.length);
  }

  async keepPlace(endpointId: string, ledger: string, position: Position): Promise<void> {
    await this.query(
      `INSERT INTO ${this.prefix}places AS known VALUES ($1, $2, $3)
       ON CONFLICT (endpoint_id, ledger) DO UPDATE SET position = excluded.position
       WHERE known.position IS NOT NULL`,
      [endpointId, ledger, position],
    );
  }

  async takePlace(endpointId: string, ledger: string): Promise<void> {
    const { prefix } = this;
    await this.available(
      this.sql.transaction(async (query) => {
        const [place] = await query(
          `SELECT position FROM ${prefix}places
           WHERE endpoint_id = $1 AND ledger = $2 AND position IS NOT NULL`,
          [endpointId, ledger],
        );
        if (place === undefined) return;
        await this.set(query, endpointId, 'position', place['position'] ?? null);
        await query(`DELETE FROM ${prefix}places WHERE endpoint_id = $1`, [endpointId]);
        await query(`INSERT INTO ${prefix}places VALUES ($1, $2, NULL)`, [endpointId, ledger]);
      }),
    );
  }

  async pending(endpointId: string, rowsMax: number): Promise<readonly Delivery[]> {
    const rows = await this.query(
      `SELECT * FROM ${this.prefix}deliveries WHERE endpoint_id = $1 AND state = 'pending'
       ORDER BY next_at LIMIT $2`,
      [endpointId, rowsMax],
    );
    return rows.map(deliveryOf);
  }

  async pendingCount(endpointId: string): Promise<number> {
    const [row] = await this.query(
      `SELECT count(*) AS rows FROM ${this.prefix}deliveries
       WHERE endpoint_id = $1 AND state = 'pending'`,
      [endpointId],
    );
    return numberOf(row?.['rows']) ?? 0;
  }

  async hasten(endpointId: string, atMs: number, apartMs: number): Promise<void> {
    const { prefix } = this;
    await this.query(
      `UPDATE ${prefix}deliveries SET next_at = turns.at FROM (
         SELECT event_id AS id, $2 + $3 * (row_number() OVER (ORDER BY next_at, event_id) - 1) AS at
         FROM ${prefix}deliveries WHERE endpoint_id = $1 AND state = 'pending') AS turns
       WHERE endpoint_id = $1 AND event_id = turns.id AND next_at > turns.at`,
      [endpointId, atMs, apartMs],
    );
  }

  async setFailingSince(endpointId: string, atMs: number | undefined): Promise<void> {
    await this.set(this.query, endpointId, 'failing_since', atMs ?? null);
  }

  async requestReplay(endpointId: string, sinceMs: number): Promise<void> {
    await this.query(
      `INSERT INTO ${this.prefix}endpoints AS known (id, replay_since) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET replay_since = CASE
         WHEN known.replay_since <= excluded.replay_since THEN known.replay_since - 1
         ELSE excluded.replay_since END`,
      [endpointId, sinceMs],
    );
  }

  async endReplay(endpointId: string, sinceMs: number): Promise<void> {
    await this.query(
      `UPDATE ${this.prefix}endpoints SET replay_since = NULL WHERE id = $1 AND replay_since = $2`,
      [endpointId, sinceMs],
    );
  }

  async list(
    endpointId: string,
    before: DeliveryKey | undefined,
    rowsMax: number,
  ): Promise<readonly Delivery[]> {
    const { lastAt, eventId } = before ?? { lastAt: Number.MAX_SAFE_INTEGER, eventId: '' };
    const rows = await this.query(
      `SELECT * FROM ${this.prefix}deliveries
       WHERE endpoint_id = $1 AND (last_at, event_id) < ($2, $3)
       ORDER BY last_at DESC, event_id DESC LIMIT $4`,
      [endpointId, lastAt, eventId, rowsMax],
    );
    return rows.map(deliveryOf);
  }

  async forget(endpointId: string): Promise<void> {
    this.written.delete(endpointId);
    await this.query(`DELETE FROM ${this.prefix}deliveries WHERE endpoint_id = $1`, [endpointId]);
    await this.query(`DELETE FROM ${this.prefix}places WHERE endpoint_id = $1`, [endpointId]);
    await this.query(`DELETE FROM ${this.prefix}endpoints WHERE id = $1`, [endpointId]);
  }

  async close(): Promise<void> {
    await this.sql.close();
  }

  private readonly query: Sql['query'] = (text, values) =>
    this.available(this.sql.query(text, values));

  private async write(query: Sql['query'], endpointId: string, row: Delivery): Promise<void> {
    await query(
      `INSERT INTO ${this.prefix}deliveries VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       ON CONFLICT (endpoint_id, event_id) DO UPDATE SET state = excluded.state,
         attempts = excluded.attempts, last_at = excluded.last_at, next_at = excluded.next_at,
         http_status = excluded.http_status, error = excluded.error`,
      [
        endpointId,
        row.eventId,
        row.type,
        row.stream,
        row.revision,
        row.state,
        row.attempts,
        row.lastAt,
        row.nextAt,
        row.httpStatus,
        row.error,
      ],
    );
  }

  private async set(
    query: Sql['query'],
    endpointId: string,
    column: 'position' | 'failing_since',
    value: SqlValue,
  ): Promise<void> {
    await query(
      `INSERT INTO ${this.prefix}endpoints (id, ${column}) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET ${column} = excluded.${column}`,
      [endpointId, value],
    );
  }

  /** Prunes at the first rows too: a process may end before it has written many. */
  private async pruneAfter(endpointId: string, rows: number): Promise<void> {
    const written = (this.written.get(endpointId) ?? PRUNE_EVERY) + rows;
    const isDue = rows > 0 && written >= PRUNE_EVERY;
    this.written.set(endpointId, isDue ? 0 : written);
    if (!isDue) return;
    for (const state of ['delivered', 'failed'] satisfies DeliveryState[]) {
      await this.query(
        `DELETE FROM ${this.prefix}deliveries WHERE endpoint_id = $1 AND state = $2
           AND (last_at, event_id) < (SELECT last_at, event_id FROM ${this.prefix}deliveries
             WHERE endpoint_id = $1 AND state = $2
             ORDER BY last_at DESC, event_id DESC LIMIT 1 OFFSET $3)`,
        [endpointId, state, ENDED_MAX - 1],
      );
    }
  }

  private async available<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (cause) {
      const reason = `the store of webhook deliveries cannot be used: ${reasonOf(cause)}`;
      throw new OtherStoreUnavailable(reason, { cause });
    }
  }
}

/** PostgreSQL hands out large integers as text. */
const numberOf = (value: SqlValue | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);

const deliveryOf = (row: Row): Delivery => ({
  eventId: String(row['event_id']),
  type: String(row['type']),
  stream: String(row['stream']),
  revision: Number(row['revision']),
  state: row['state'] as DeliveryState,
  attempts: Number(row['attempts']),
  lastAt: Number(row['last_at']),
  nextAt: numberOf(row['next_at']),
  httpStatus: numberOf(row['http_status']),
  error: row['error'] as string | null,
});
