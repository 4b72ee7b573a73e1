import { Client } from 'pg';
import { reasonOf } from '../../../application/errors.js';
import { pause } from '../../../application/pause.js';
import type { Health, HealthReporter } from '../../../application/ports/health.js';
import type { Leadership } from '../../../application/ports/leadership.js';
import type { Logger } from '../../../application/ports/logger.js';

/** Interval at which a waiting instance asks for the lock, and the leader shows that it lives. */
const PERIOD_MS = 1_000;

/**
 * The server ends a session that is silent for this long, and releases its lock: that of a process that hangs, or
 * that a cut network or a dead machine keeps from closing its session. With one waiting period and the start of the
 * work, another instance takes over within 10 s.
 */
const SILENCE_MS_MAX = 6_000;

/** Shorter than `SILENCE_MS_MAX`: a leader that cannot reach the server must stop before another one begins. */
const QUERY_MS_MAX = 3_000;
const CONNECT_MS_MAX = 3_000;

/** Advisory locks are identified by numbers, and belong to one database. */
const LOCK = `hashtext('waybill'), hashtext('background work')`;

/** Leadership is a session's advisory lock: the session's owner leads, and loses it with the session. */
export class PostgresLeadership implements Leadership {
  private readonly health: HealthReporter;

  constructor(
    private readonly url: string,
    private readonly logger: Logger,
    health: Health,
  ) {
    this.health = health.reporter('turns', ['readModels', 'sending']);
  }

  async lead(work: (turn: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    let failures = 0;
    const answered = (): void => {
      failures = 0;
      this.health.working();
    };
    while (!signal.aborted) {
      try {
        await this.oneTurn(work, signal, answered);
      } catch (error) {
        if (signal.aborted) return;
        // Nobody may have the turn, and who does not have it is on standby.
        this.health.report(
          'failing',
          error instanceof TakesNoWrites
            ? error.message
            : `the database cannot say who has it: ${reasonOf(error)}`,
        );
        // Logged once for each outage: a waiting instance asks every second.
        if (failures++ === 0) {
          this.logger.warn(
            { error },
            error instanceof TakesNoWrites
              ? 'No background work is done: the database takes no writes.'
              : 'The database cannot say who does background work.',
          );
        }
      }
      await pause(PERIOD_MS, signal);
    }
  }

  private async oneTurn(
    work: (turn: AbortSignal) => Promise<void>,
    signal: AbortSignal,
    answered: () => void,
  ): Promise<void> {
    const session = new Session(this.url);
    try {
      await session.open();
      for (;;) {
        const isOurs = await session.tryLock();
        answered();
        if (isOurs) break;
        await pause(PERIOD_MS, signal);
        if (signal.aborted) return;
      }
      const turn = AbortSignal.any([signal, session.lost]);
      if (turn.aborted) return;
      const showingLife = session.showLife();
      await work(turn);
      // Work that ended by itself gives up leadership, too.
      session.end();
      await showingLife;
    } finally {
      session.end();
    }
  }
}

class TakesNoWrites extends Error {
  constructor() {
    super(
      'nobody may have it: the database takes no writes, because it is read-only, as a standby is',
    );
  }
}

/** One connection, used until it ends. */
class Session {
  private readonly client: Client;
  private readonly over = new AbortController();

  constructor(url: string) {
    this.client = new Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_MS_MAX,
      query_timeout: QUERY_MS_MAX,
    });
    this.client.on('error', () => this.over.abort());
    this.client.on('end', () => this.over.abort());
  }

  /** Aborts when the session has ended, or may have ended. */
  get lost(): AbortSignal {
    return this.over.signal;
  }

  async open(): Promise<void> {
    await this.client.connect();
    await this.client.query(`SET idle_session_timeout = ${SILENCE_MS_MAX}`);
  }

  async tryLock(): Promise<boolean> {
    await this.checkTakesWrites();
    const { rows } = await this.client.query<{ locked: boolean }>(
      `SELECT pg_try_advisory_lock(${LOCK}) AS locked`,
    );
    return rows[0]?.locked === true;
  }

  /** Sends heartbeats; resolves when the session is over. */
  async showLife(): Promise<void> {
    while (!this.lost.aborted) {
      await pause(PERIOD_MS, this.lost);
      if (this.lost.aborted) return;
      await this.checkTakesWrites().catch(() => this.over.abort());
    }
  }

  /** A standby has locks of its own, so another instance may lead by its primary. The next session may find that one. */
  private async checkTakesWrites(): Promise<void> {
    const { rows } = await this.client.query<{ transaction_read_only: string }>(
      'SHOW transaction_read_only',
    );
    if (rows[0]?.transaction_read_only !== 'off') {
      throw new TakesNoWrites();
    }
  }

  end(): void {
    this.over.abort();
    // Ending a broken connection fails, which no longer matters.
    void this.client.end().catch(() => undefined);
  }
}
