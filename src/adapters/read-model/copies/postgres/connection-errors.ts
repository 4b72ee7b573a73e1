import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { ReadModelsUnavailable, reasonOf } from '../../../../application/errors.js';
import { NO_ANSWER } from '../../../postgres/in-transaction.js';
import { OtherShape } from '../other-shape.js';

/** Errors of the network. */
const NETWORK: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * Errors of a server whose state is their cause, so that the same call may succeed later (PostgreSQL, appendix A): a lost connection, a
 * deadlock, too few resources, a lock or a time that is over, a server that is read-only or stops.
 */
const STATES_OF_SERVER = /^(?:(?:08|40|53|57)...|55P03|25P03|25006)$/;

/** A fault of the disk, or a file that is missing: it may be one table's, and last until that is made anew. */
const FAULT_OF_DISK = /^58...$/;

/** Errors of the driver, which have no code. */
const MESSAGES: ReadonlySet<string> = new Set([
  'timeout exceeded when trying to connect',
  'Connection terminated due to connection timeout',
  'Connection terminated unexpectedly',
  'Client has encountered a connection error and is not queryable',
  NO_ANSWER,
]);

/** A table, a column or a schema does not exist. */
const MISSING: ReadonlySet<string> = new Set(['42P01', '42703', '3F000']);

/** True when the database could not be reached, or its state kept it from answering. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { message, cause } = error;
  const code = codeOf(error);
  if (NETWORK.has(code) || STATES_OF_SERVER.test(code) || MESSAGES.has(message)) return true;
  return isConnectionError(cause);
}

/** Returns the pool for Kysely, whose faults of a connection are `ReadModelsUnavailable`. */
export const tellingUnavailable = (pool: Pool): PostgresPool => ({
  options: pool.options,
  connect: async () => telling(await pool.connect().catch(tellUnavailable)),
  end: () => pool.end(),
});

function telling(client: PoolClient): PostgresPoolClient {
  let isBroken = false;
  const query = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
    try {
      return await client.query(sql, [...parameters]);
    } catch (error) {
      // It may still wait for an answer, and the next caller would wait with it.
      isBroken ||= isConnectionError(error);
      return tellUnavailable(error);
    }
  };
  return {
    query: query as PostgresPoolClient['query'],
    release: (destroy = false) => client.release(destroy || isBroken),
  };
}

/**
 * @throws ReadModelsUnavailable in place of a fault of the connection, or of the disk
 * @throws OtherShape in place of a missing table, column or schema
 * @throws any other error as it is
 */
export function tellUnavailable(error: unknown): never {
  if (isMissing(error)) throw new OtherShape(error.message);
  if (!isConnectionError(error) && !isFaultOfDisk(error)) throw error;
  if (error instanceof ReadModelsUnavailable) throw error;
  throw new ReadModelsUnavailable(reasonOf(error), { cause: error });
}

const isMissing = (error: unknown): error is Error => MISSING.has(codeOf(error));

const isFaultOfDisk = (error: unknown): boolean => FAULT_OF_DISK.test(codeOf(error));

/** The code of an error of PostgreSQL or Node; empty for others. */
const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
