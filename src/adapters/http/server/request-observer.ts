import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import type { Logger } from '../../../application/ports/logger.js';
import type { RequestMetrics } from '../../../application/ports/metrics.js';
import type { RequestSpan, Tracing } from '../../../application/ports/tracing.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { logAccess } from './access-log.js';
import { requestIdOf, traceIdOf } from './request-id.js';
import { queryNames, shownPath } from './shown-path.js';
import { toOriginForm } from './request-target.js';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Stands for the pages and files of the window. */
export const WINDOW_ROUTE = 'window';
const OTHER = 'other';
/** Asked every few seconds by machines, so they are not traced. */
const PROBES = /^\/(?:health\/|metrics(?:\?|$))/;
/** The pipeline and the compression of an export add ten by themselves; Node warns from eleven on. */
const LISTENERS_MAX = 20;

export interface RequestObserverSettings {
  readonly metrics: RequestMetrics;
  /** Undefined: no line for each request. */
  readonly log: Logger | undefined;
  /** Undefined: nothing is traced. */
  readonly tracing: Tracing | undefined;
}

/** Gives every request an id, and counts, logs and traces it. Webhooks are answered before, and counted there. */
export class RequestObserver {
  constructor(private readonly settings: RequestObserverSettings) {}

  /** Installs itself in front of the server's request listeners. */
  listenBefore(server: Server): void {
    const others = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      toOriginForm(request);
      const handle = (): void => {
        for (const other of others) other(request, response);
      };
      const span = this.observe(request, response);
      if (span === undefined) handle();
      else span.run(handle);
    });
  }

  private beginSpan({ method = '', url = '', headers }: IncomingMessage): RequestSpan | undefined {
    const { tracing } = this.settings;
    if (tracing === undefined || PROBES.test(url)) return undefined;
    const { traceparent } = headers;
    return tracing.beginRequest(method, typeof traceparent === 'string' ? traceparent : undefined);
  }

  private observe(request: IncomingMessage, response: ServerResponse): RequestSpan | undefined {
    const { method = '', headers, url = '' } = request;
    const startedMs = performance.now();
    const requestId = requestIdOf(headers['x-request-id']);
    response.setMaxListeners(LISTENERS_MAX);
    response.setHeader('X-Request-Id', requestId);
    const { traceparent } = headers;
    const span = this.beginSpan(request);
    response.once('close', () => {
      const seconds = (performance.now() - startedMs) / 1000;
      const pattern = patternOf(request, response);
      const known = METHODS.has(method) ? method : OTHER;
      const status = response.statusCode;
      const route = pattern ?? OTHER;
      const isStream = String(response.getHeader('Content-Type')).startsWith('text/event-stream');
      this.settings.metrics.requestAnswered(known, route, status, isStream ? null : seconds);
      span?.end(`${known} ${route}`, status, { 'waybill.request_id': requestId });
      const { log } = this.settings;
      if (log === undefined) return;
      const queryStart = url.indexOf('?');
      const pathname = queryStart === -1 ? url : url.slice(0, queryStart);
      logAccess(log, {
        requestId,
        method: known,
        path: shownPath(pathname, pattern === WINDOW_ROUTE ? undefined : pattern),
        query: queryStart === -1 ? [] : queryNames(url.slice(queryStart)),
        status,
        seconds,
        actor: (request as AuthenticatedRequest).actor,
        traceId: span?.traceId ?? traceIdOf(traceparent),
        isCutOff: !response.writableFinished,
      });
    });
    return span;
  }
}

/** The pattern of the route that answered, such as `/v1/messages/:id`; undefined where there is none. */
function patternOf(request: IncomingMessage, response: ServerResponse): string | undefined {
  if ((response as Partial<Response>).locals?.['isWindow'] === true) return WINDOW_ROUTE;
  const { route } = request as Partial<Request> & { readonly route?: { readonly path?: unknown } };
  return typeof route?.path === 'string' ? route.path : undefined;
}
