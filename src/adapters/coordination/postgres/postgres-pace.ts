import type { MonotonicClock } from '../../../application/ports/clock.js';
import { PAUSE_MS_MAX, type Pace } from '../../../application/ports/pace.js';
import type { Provider } from '../../../domain/sending/provider.js';
import { PostgresSchema } from '../../postgres/postgres-schema.js';
import { AdaptiveRate } from '../adaptive-rate.js';
import { CallWindow } from '../call-window.js';
import { LateTurns } from '../late-turns.js';
import { pacesTable, SCHEMA } from './schema.js';

const QUERY_MS_MAX = 3_000;

/** One dispatcher takes one turn after another; a few instances may each have one while leadership changes. */
const WAITING_MAX = 100;

/**
 * Evenly spaced turns to one provider, which all instances on one database take from one row, by the database's clock. So the limit
 * holds however many of them send, and a pause that one was asked for holds back the others.
 *
 * PostgreSQL has no monotonic clock. When its clock steps back, the row is ahead of it: the distance is capped at the
 * longest pause and one interval for each session that may wait. A step forward gives one turn too early, or ends a
 * pause.
 */
export class PostgresPace implements Pace {
  readonly rate: AdaptiveRate;
  private readonly window: CallWindow;
  private readonly late: LateTurns;
  private readonly schema: PostgresSchema;
  private pausedUntilMs = -Infinity;

  constructor(
    url: string,
    private readonly turnsPerSecond: number,
    private readonly clock: MonotonicClock,
    private readonly provider: Provider,
  ) {
    this.late = new LateTurns(clock);
    this.rate = new AdaptiveRate(clock, turnsPerSecond);
    this.window = new CallWindow(clock, turnsPerSecond);
    this.schema = new PostgresSchema(url, {
      name: SCHEMA,
      statements: pacesTable,
      connectionsMax: 1,
      queryMsMax: QUERY_MS_MAX,
    });
  }

  async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const waitMs = Math.max(await this.reserve(), this.window.behindMs);
    if (waitMs > 0) await this.late.wait(waitMs, signal);
    // A call that was already waiting here when a pause began waits for its end too.
    if (this.pausedUntilMs > this.clock.elapsedMs()) await this.turn(signal);
  }

  beforeCall(signal: AbortSignal): Promise<void> {
    return this.window.enter(signal);
  }

  slower(): void {
    this.rate.cut();
  }

  async pause(milliseconds: number): Promise<void> {
    this.pausedUntilMs = Math.max(this.pausedUntilMs, this.clock.elapsedMs() + milliseconds);
    await this.schema.query(
      `UPDATE ${SCHEMA}.paces
       SET next_turn_at = greatest(next_turn_at, clock_timestamp() + make_interval(secs => $1))
       WHERE provider = $2`,
      [milliseconds / 1000, this.provider],
    );
  }

  async close(): Promise<void> {
    await this.schema.close();
  }

  /** @returns the wait for the turn, in milliseconds */
  private async reserve(): Promise<number> {
    const intervalMs = 1000 / this.rate.current;
    const { rows } = await this.schema.query<{ wait_ms: number }>(
      `UPDATE ${SCHEMA}.paces
       SET next_turn_at = make_interval(secs => $1) + CASE
         WHEN next_turn_at > clock_timestamp() + make_interval(secs => $2) THEN clock_timestamp()
         WHEN next_turn_at < clock_timestamp() - make_interval(secs => $3) THEN clock_timestamp()
         ELSE next_turn_at
       END
       WHERE provider = $4
       RETURNING extract(epoch FROM next_turn_at - clock_timestamp())::float8 * 1000 AS wait_ms`,
      [
        intervalMs / 1000,
        PAUSE_MS_MAX / 1000 + WAITING_MAX / this.turnsPerSecond,
        this.late.allowedMs / 1000,
        this.provider,
      ],
    );
    // The row holds the time of the turn after this one.
    return (rows[0]?.wait_ms ?? 0) - intervalMs;
  }
}
