import type { Server } from 'node:http';
import type { RequestHandler } from 'express';
import { HttpProblem } from '../problems/http-problem.js';
import { UnderWay } from './under-way.js';

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

/** Node would refuse a request without a host by an empty answer. */
export function leaveMissingHosts(server: Server): void {
  Object.assign(server, { requireHostHeader: false });
}

/** Every request in HTTP/1.1 must name the host (RFC 9112, section 3.2). Webhooks bypass it. */
export const refuseWithoutHost: RequestHandler = ({ httpVersion, headers }, _response, next) => {
  const isMissing = httpVersion === '1.1' && headers.host === undefined;
  next(
    isMissing
      ? new HttpProblem(400, 'The header Host is missing: send it with the request.')
      : undefined,
  );
};

/** Each request can hold an answer of a megabyte that its reader does not take. */
const UNDER_WAY_MAX = 512;

/** Bounds the requests under way. Webhooks bypass it, and health checks are always answered. */
export function limitUnderWay(): RequestHandler {
  const underWay = new UnderWay(UNDER_WAY_MAX);
  return ({ path, socket }, response, next) => {
    if (path.startsWith('/health/')) {
      next();
    } else if (underWay.isFullOn(socket)) {
      const detail =
        'Too many requests are under way on this connection. Wait for their answers first.';
      next(new HttpProblem(503, detail));
    } else if (underWay.isFull) {
      next(new HttpProblem(503, 'Too many requests are under way. Send it again later.'));
    } else {
      underWay.begin(socket);
      response.once('close', () => underWay.end(socket));
      next();
    }
  };
}
