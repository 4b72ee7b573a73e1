import { setTimeout as delay } from 'node:timers/promises';
import { Pool, type PoolClient } from 'pg';
import type { Pace } from '../../../application/ports/pace.js';
import { createSchema, SCHEMA } from './schema.js';

const CONNECT_MS_MAX = 3_000;
const QUERY_MS_MAX = 3_000;

/**
 * Evenly spaced turns that all instances on one database take from one row, by the database's clock. So
 * the limit holds however many of them send, and a pause that one was asked for holds back the others.
 */
export class PostgresPace implements Pace {
  private readonly pool: Pool;
  private created: Promise<void> | undefined;
  private pausedUntilMs = 0;

  constructor(
    url: string,
    private readonly turnsPerSecond: number,
  ) {
    this.pool = new Pool({
      connectionString: url,
      max: 1,
      connectionTimeoutMillis: CONNECT_MS_MAX,
      query_timeout: QUERY_MS_MAX,
    });
    // A connection that breaks while it is idle is replaced; whoever uses one sees the error of its query.
    this.pool.on('error', () => undefined);
    // While it is in use the pool does not listen, and an error that nobody listens to would end the process.
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const waitMs = await this.reserve();
    if (waitMs > 0) await delay(waitMs, undefined, { signal });
    // Whoever was already waiting here when a pause began waits for its end too.
    if (this.pausedUntilMs > performance.now()) await this.turn(signal);
  }

  async pause(milliseconds: number): Promise<void> {
    this.pausedUntilMs = Math.max(this.pausedUntilMs, performance.now() + milliseconds);
    await this.create();
    await this.pool.query(
      `UPDATE ${SCHEMA}.pace
       SET next_turn_at = greatest(next_turn_at, clock_timestamp() + make_interval(secs => $1))`,
      [milliseconds / 1000],
    );
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  /** @returns how long to wait for the turn, in milliseconds */
  private async reserve(): Promise<number> {
    await this.create();
    const { rows } = await this.pool.query<{ wait_ms: number }>(
      `UPDATE ${SCHEMA}.pace
       SET next_turn_at = greatest(next_turn_at, clock_timestamp()) + make_interval(secs => $1)
       RETURNING extract(epoch FROM next_turn_at - clock_timestamp())::float8 * 1000 AS wait_ms`,
      [1 / this.turnsPerSecond],
    );
    // The row says when the turn after this one is.
    return (rows[0]?.wait_ms ?? 0) - 1000 / this.turnsPerSecond;
  }

  private create(): Promise<void> {
    this.created ??= this.withClient(createSchema).catch((error: unknown) => {
      this.created = undefined;
      throw error;
    });
    return this.created;
  }

  private async withClient(work: (client: PoolClient) => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    try {
      await work(client);
    } finally {
      client.release();
    }
  }
}
