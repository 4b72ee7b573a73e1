import type { Logger } from '../../../application/ports/logger.js';

/** The requests that are logged: all, all without webhooks, or none. */
export const accessLogs = ['all', 'requests', 'off'] as const;
export type AccessLog = (typeof accessLogs)[number];

/** One answered request. Holds no value of a caller but its request id. */
export interface Access {
  readonly requestId: string;
  readonly method: string;
  /** The path with the names of its parameters in the place of their values, unless they are ids of ours. */
  readonly path: string;
  /** Names of the query's parameters; their values may be phone numbers. */
  readonly query: readonly string[];
  readonly status: number;
  readonly seconds: number;
  /** Name of the API key. */
  readonly actor: string | undefined;
  readonly traceId: string | undefined;
  /** The connection was lost before the end of the answer. */
  readonly isCutOff: boolean;
}

/** Writes one line for each request. */
export function logAccess(logger: Logger, access: Access): void {
  const { requestId, method, path, query, status, seconds, actor, traceId, isCutOff } = access;
  logger.info(
    {
      requestId,
      status,
      ms: Math.round(seconds * 10_000) / 10,
      ...(query.length === 0 ? {} : { query: query.join(' ') }),
      ...(actor === undefined ? {} : { actor }),
      ...(traceId === undefined ? {} : { traceId }),
      ...(isCutOff ? { isCutOff } : {}),
    },
    `${method} ${path}`,
  );
}
