import { Pool, type PoolConfig } from 'pg';

/**
 * The server ends a transaction that is silent for this long, and frees its locks: that of a process that hangs, or of a dead machine, whose
 * connection the server keeps for hours. As long as that of the turn's session: who has the turn next needs both.
 */
const SILENCE_MS_MAX = 6_000;

/** Returns a pool in which a broken connection fails its query and nothing else, and keeps no locks. */
export function newPool(config: PoolConfig): Pool {
  const pool = new Pool({ ...config, idle_in_transaction_session_timeout: SILENCE_MS_MAX });
  // A connection that breaks while idle is replaced; one that breaks in use fails its query.
  pool.on('error', () => undefined);
  // The pool does not listen to a connection in use, and an error without a listener would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
