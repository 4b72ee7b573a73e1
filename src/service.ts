import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import express from 'express';
import helmet from 'helmet';
import { AppModule, type RunnableConfig } from './app.module.js';
import { parseBodies } from './adapters/http/body-parsing.js';
import { serveDocumentation } from './adapters/http/documentation/openapi.js';
import { answerUnrouted } from './adapters/http/problems/unrouted.js';
import { WebhookListener } from './adapters/http/webhooks/webhook-listener.js';
import { nestLogger } from './adapters/logging/nest-logger.js';
import type { Logger } from './application/ports/logger.js';

/** Kept in step with package.json by a test. */
export const VERSION = '0.1.0';

/** A running Waybill. */
export interface Service {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** Finishes what was begun, then closes everything. Nothing acknowledged is lost. */
  stop(): Promise<void>;
}

/** Starts the whole service. Resolves when it answers requests. */
export async function startService(config: RunnableConfig, logger: Logger): Promise<Service> {
  const server = express();
  server.disable('x-powered-by');
  // Swagger's page needs its own styles inline; nothing else here is a page.
  server.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  parseBodies(server);
  const app = await NestFactory.create(
    AppModule.for(config, logger),
    new ExpressAdapter(server),
    // A start that fails rejects, so that the caller can say why; Nest would end the process.
    { logger: nestLogger(logger), bodyParser: false, abortOnError: false },
  );
  serveDocumentation(app, VERSION);
  await app.init();
  answerUnrouted(server, logger);
  const http = app.getHttpServer() as Server;
  app.get(WebhookListener, { strict: false }).listenBefore(http);
  await app.listen(config.port, config.host);
  const { port, family, address } = http.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  return { url: `http://${host}:${port}`, stop: () => app.close() };
}
