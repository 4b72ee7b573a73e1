import type { Server } from 'node:http';
import { parse } from 'node:querystring';
import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from '../../application/ports/logger.js';
import { answerErrors } from './problems/problem-details.filter.js';
import { answerUnparsed } from './problems/unparsed.js';
import { answerUnrouted } from './problems/unrouted.js';
import type { RawQuery } from './reporting/query-reader.js';
import { compress } from './server/compress.js';
import { keepFromCaches } from './server/keep-from-caches.js';
import { refuseStrangers } from './server/refuse-strangers.js';
import { serveWindow } from './window/serve-window.js';
import {
  leaveMissingHosts,
  limitTimes,
  limitUnderWay,
  refuseWithoutHost,
} from './server/server-limits.js';
import { answerInOrder } from './turns/answer-in-order.js';

/** Complete requests are answered long before this limit; a request that never ends must not delay the shutdown. */
const CLOSE_MS_MAX = 5_000;

export interface ServerSettings {
  readonly logger: Logger;
  /** True when callers need no API key. */
  readonly isKeyless: boolean;
  /** The public address of the service; null when it is reached only as its own host. */
  readonly publicUrl: string | null;
  /** The directory of the built window; undefined: browsers get what programs get. */
  readonly windowDirectory: string | undefined;
}

/**
 * Reads the parameters of an address. Node alone would take bytes that are no UTF-8 for a replacement character, and a
 * search for it finds nothing. @throws URIError
 */
function readQuery(query: string | null): RawQuery {
  decodeURIComponent(query ?? '');
  return parse(query ?? '');
}

/** Express as Nest uses it, with problem documents also for requests that never reach a route. */
export class ProblemExpressAdapter extends ExpressAdapter {
  private closing = false;

  constructor(private readonly settings: ServerSettings) {
    const server = express();
    super(server);
    server.disable('x-powered-by');
    server.set('query parser', readQuery);
    server.use((_request, response, next) => {
      if (this.closing) response.setHeader('Connection', 'close');
      next();
    });
    server.use(['/v1', '/health', '/metrics'], keepFromCaches);
    server.use(refuseWithoutHost);
    server.use(limitUnderWay());
    server.use(answerInOrder);
    // The page at /docs could not load its own scripts over plain HTTP on loopback otherwise.
    const directives = { upgradeInsecureRequests: null };
    server.use(helmet({ contentSecurityPolicy: { directives } }));
    if (settings.isKeyless) server.use(refuseStrangers(settings.publicUrl));
    if (settings.windowDirectory !== undefined) server.use(serveWindow(settings.windowDirectory));
    server.use(compress);
  }

  /** Makes every further answer the last one on its connection, so that the server can close. */
  closeConnections(): void {
    this.closing = true;
  }

  /** Finishes the answers under way, and cuts off connections that have not ended in time. */
  override async close(): Promise<void> {
    const cutOff = setTimeout(() => {
      (this.getHttpServer() as Server).closeAllConnections();
    }, CLOSE_MS_MAX);
    await super.close();
    clearTimeout(cutOff);
  }

  override initHttpServer(...options: Parameters<ExpressAdapter['initHttpServer']>): void {
    super.initHttpServer(...options);
    const server = this.getHttpServer() as Server;
    limitTimes(server);
    answerUnparsed(server);
    leaveMissingHosts(server);
  }

  override setNotFoundHandler(): unknown {
    return this.use(answerUnrouted(this.getInstance<Express>()));
  }

  override setErrorHandler(): unknown {
    return this.use(answerErrors(this.settings.logger));
  }
}
