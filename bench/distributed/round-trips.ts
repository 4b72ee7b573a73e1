import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Pool } from 'pg';

/** Calls that the stores have received so far. */
export interface RoundTrips {
  /** Calls to EventStoreDB; undefined with a real server, which does not report them. */
  readonly appends: number | undefined;
  readonly reads: number | undefined;
  /** Calls to PostgreSQL, for the index of Vonage's uuids. One call may look up the uuids of many webhooks. */
  readonly lookUps: number;
}

/** Counts the calls since the previous count. Reads include those of the background work. */
export class RoundTripCounter {
  #last: RoundTrips = { appends: 0, reads: 0, lookUps: 0 };

  constructor(
    private readonly double: ChildProcess | undefined,
    private readonly database: Pool,
  ) {}

  async sinceLast(): Promise<RoundTrips> {
    const now = await this.#now();
    const last = this.#last;
    this.#last = now;
    const difference = (after?: number, before = 0): number | undefined =>
      after === undefined ? undefined : after - before;
    return {
      appends: difference(now.appends, last.appends),
      reads: difference(now.reads, last.reads),
      lookUps: now.lookUps - last.lookUps,
    };
  }

  async #now(): Promise<RoundTrips> {
    const { rows } = await this.database.query<{ readonly calls: string | null }>(
      `SELECT sum(calls) AS calls FROM pg_stat_statements
       WHERE query ILIKE 'select%message_index%' AND query NOT ILIKE '%pg_stat_statements%'`,
    );
    const lookUps = Number(rows[0]?.calls ?? 0);
    if (this.double === undefined) return { appends: undefined, reads: undefined, lookUps };
    this.double.send('counts');
    const [counts] = (await once(this.double, 'message')) as [{ appends: number; reads: number }];
    return { appends: counts.appends, reads: counts.reads, lookUps };
  }
}
