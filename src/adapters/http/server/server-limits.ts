import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import { HttpProblem } from '../problems/http-problem.js';

/**
 * Balancers keep idle connections for 60 s or so and send on them until the last moment. The balancer must close
 * first, or a request meets a closed connection and becomes a 502.
 */
const KEEP_ALIVE_MS = 75_000;
/** Longer than `KEEP_ALIVE_MS`, so that a connection which a balancer opens in advance lives as long. */
const HEADERS_MS = 80_000;
/** Time for 16 MiB on a slow line. Webhooks have a shorter limit of their own. */
const REQUEST_MS = 120_000;
/** Longer than `Prefer: wait=30`, and than the 15 s between two heartbeats of a stream. */
const SILENCE_MS = 120_000;

export function limitTimes(server: Server): void {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.timeout = SILENCE_MS;
}

/** Each request can hold an answer of a megabyte that its reader does not take. */
const UNDER_WAY_MAX = 512;
/** Hardly any client sends a request before the one before it is answered (pipelining); the answers wait in memory. */
const UNDER_WAY_ON_CONNECTION_MAX = 16;

/** Bounds the requests under way. Webhooks bypass it, and health checks are always answered. */
export function limitUnderWay(): RequestHandler {
  let underWay = 0;
  const underWayOn = new WeakMap<Socket, number>();
  return ({ path, socket }, response, next) => {
    if (path.startsWith('/health/')) {
      next();
      return;
    }
    const onConnection = underWayOn.get(socket) ?? 0;
    if (underWay >= UNDER_WAY_MAX || onConnection >= UNDER_WAY_ON_CONNECTION_MAX) {
      next(
        new HttpProblem(
          503,
          onConnection >= UNDER_WAY_ON_CONNECTION_MAX
            ? 'Too many requests are under way on this connection. Wait for their answers first.'
            : 'Too many requests are under way. Send it again later.',
        ),
      );
      return;
    }
    underWay += 1;
    underWayOn.set(socket, onConnection + 1);
    response.once('close', () => {
      underWay -= 1;
      underWayOn.set(socket, (underWayOn.get(socket) ?? 1) - 1);
    });
    next();
  };
}
