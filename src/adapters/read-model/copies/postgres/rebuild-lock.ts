import type { Pool } from 'pg';
import { tellUnavailable } from './connection-errors.js';

/** Locks of PostgreSQL belong to one database, as the copies do. */
const LOCK = `hashtext('waybill rebuild')`;

/**
 * Tells all instances whether a rebuild is under way: each holds a shared lock on a connection of its own. The server
 * releases it when the connection ends.
 * @param newPool makes a pool of one connection
 */
export class RebuildLock {
  constructor(private readonly newPool: () => Pool) {}

  async begin(): Promise<() => Promise<void>> {
    const pool = this.newPool();
    try {
      const client = await pool.connect();
      try {
        // It says nothing more until the rebuild has ended, and a server may be told to end such sessions.
        await client.query('SET idle_session_timeout = 0');
        await client.query(`SELECT pg_advisory_lock_shared(${LOCK})`);
        return async () => {
          client.release(true);
          await pool.end();
        };
      } catch (error) {
        // A pool does not end before its clients are back.
        client.release(true);
        throw error;
      }
    } catch (error) {
      await pool.end();
      return tellUnavailable(error);
    }
  }

  async unlessAny(work: () => Promise<void>): Promise<void> {
    const pool = this.newPool();
    try {
      const client = await pool.connect().catch(tellUnavailable);
      try {
        const { rows } = await client.query<{ isAlone: boolean }>(
          `SELECT pg_try_advisory_lock(${LOCK}) AS "isAlone"`,
        );
        if (rows[0]?.isAlone === true) await work();
      } finally {
        client.release(true);
      }
    } finally {
      await pool.end();
    }
  }
}
