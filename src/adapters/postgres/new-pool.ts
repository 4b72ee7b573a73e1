import { Pool, type PoolConfig } from 'pg';

/** Returns a pool in which a broken connection fails its query and nothing else. */
export function newPool(config: PoolConfig): Pool {
  const pool = new Pool(config);
  // A connection that breaks while idle is replaced; one that breaks in use fails its query.
  pool.on('error', () => undefined);
  // The pool does not listen to a connection in use, and an error without a listener would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
