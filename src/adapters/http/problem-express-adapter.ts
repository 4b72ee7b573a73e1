import type { Server } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from '../../application/ports/logger.js';
import { answerErrors } from './problems/problem-details.filter.js';
import { answerUnparsed } from './problems/unparsed.js';
import { answerUnrouted } from './problems/unrouted.js';

/** What was asked in full by then is answered long before; a request that never ends must not hold us up. */
const CLOSE_MS_MAX = 5_000;

/** Express as Nest uses it, with problem documents also for what never reaches a route. */
export class ProblemExpressAdapter extends ExpressAdapter {
  private closing = false;

  constructor(private readonly problemLogger: Logger) {
    const server = express();
    super(server);
    server.disable('x-powered-by');
    server.use((_request, response, next) => {
      if (this.closing) response.setHeader('Connection', 'close');
      next();
    });
    // Over plain HTTP on loopback the page at /docs could not load its own scripts otherwise.
    const directives = { upgradeInsecureRequests: null };
    server.use(helmet({ contentSecurityPolicy: { directives } }));
  }

  /** From now on every answer is the last one on its connection, so that the server can close. */
  closeConnections(): void {
    this.closing = true;
  }

  /** Answers what is under way, and cuts off whoever has not finished asking or listening in time. */
  override async close(): Promise<void> {
    const cutOff = setTimeout(() => {
      (this.getHttpServer() as Server).closeAllConnections();
    }, CLOSE_MS_MAX);
    await super.close();
    clearTimeout(cutOff);
  }

  override initHttpServer(...options: Parameters<ExpressAdapter['initHttpServer']>): void {
    super.initHttpServer(...options);
    answerUnparsed(this.getHttpServer());
  }

  override setNotFoundHandler(): unknown {
    return this.use(answerUnrouted(this.getInstance<Express>()));
  }

  override setErrorHandler(): unknown {
    return this.use(answerErrors(this.problemLogger));
  }
}
