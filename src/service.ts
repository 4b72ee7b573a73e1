import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LRUCache } from 'lru-cache';
import { AppModule, type RunnableConfig } from './app.module.js';
import { ApiKeyCheck } from './adapters/http/auth/api-key-check.js';
import { serveDocumentation } from './adapters/http/documentation/openapi.js';
import { ProblemExpressAdapter } from './adapters/http/problem-express-adapter.js';
import { RequestObserver } from './adapters/http/server/request-observer.js';
import { removeLeftUploads, removeUploadsOfEnded } from './adapters/http/reconciliation/upload.js';
import { WebhookListener } from './adapters/http/webhooks/webhook-listener.js';
import { nestLogger } from './adapters/logging/nest-logger.js';
import { makePrivate } from './adapters/system/private-files.js';
import type { Telemetry } from './adapters/telemetry/telemetry.js';
import type { TimeSource } from './adapters/system/system-time.js';
import { placeTemporaryFiles } from './adapters/read-model/copies/sqlite/temporary-files.js';
import type { Logger } from './application/ports/logger.js';
import { StartResources } from './start-resources.js';
import { VERSION } from './version.js';

/** A running Waybill. */
export interface Service {
  /** The address on which it listens, without a slash at the end. */
  readonly url: string;
  /** Drains, finishes the work under way, then closes everything. Nothing acknowledged is lost. */
  stop(): Promise<void>;
}

/**
 * Starts the whole service. Resolves when it answers requests.
 * @param windowDirectory the built window, for browsers; without it they get what programs get
 */
export async function startService(
  config: RunnableConfig,
  logger: Logger,
  time?: TimeSource,
  windowDirectory?: string,
): Promise<Service> {
  for (const directory of directoriesOf(config)) makePrivate(directory);
  placeTemporaryFiles(config.readModel);
  const adapter = new ProblemExpressAdapter({
    logger,
    isKeyless: config.apiKeys.length === 0,
    publicUrl: config.publicUrl,
    windowDirectory,
  });
  const telemetry = await telemetryOf(config, logger);
  const resources = new StartResources();
  let app: INestApplication<Server> | undefined;
  try {
    app = await NestFactory.create(
      AppModule.for(config, logger, resources, time, telemetry),
      adapter,
      {
        logger: nestLogger(logger),
        bodyParser: false,
        // A failed start rejects, so that the caller can report the reason; Nest would end the process.
        abortOnError: false,
      },
    );
    const http = app.getHttpServer();
    serveDocumentation(app, VERSION, app.get(ApiKeyCheck, { strict: false }));
    await app.init();
    if (config.eventStore.kind === 'sqlite') await removeLeftUploads(config.eventStore.directory);
    else await removeUploadsOfEnded(tmpdir());
    app.get(RequestObserver, { strict: false }).listenBefore(http);
    app.get(WebhookListener, { strict: false }).listenBefore(http);
    await app.listen(config.port, config.host);
  } catch (error) {
    // An unreachable service must not send messages.
    await (app === undefined ? resources.close(logger) : app.close());
    await telemetry?.close();
    throw error;
  }
  const started = app;
  return {
    url: urlOf(started.getHttpServer().address() as AddressInfo),
    stop: async () => {
      adapter.closeConnections();
      await started.get(AppModule).drain(config.drainSeconds * 1000);
      await started.close();
      await telemetry?.close();
    },
  };
}

/** Messages whose trace is remembered, about 150 bytes each; others are read from the ledger. */
const REMEMBERED_TRACES_MAX = 20_000;

/** OpenTelemetry is loaded only where an endpoint is configured: it takes 100 ms and 20 MB. */
async function telemetryOf(
  { telemetry: config }: RunnableConfig,
  logger: Logger,
): Promise<Telemetry | undefined> {
  if (config === null) return undefined;
  const { startTelemetry } = await import('./adapters/telemetry/telemetry.js');
  return startTelemetry(config, VERSION, logger, new LRUCache({ max: REMEMBERED_TRACES_MAX }));
}

const directoriesOf = ({ eventStore, readModel }: RunnableConfig): readonly string[] => [
  ...(eventStore.kind === 'sqlite' ? [eventStore.directory] : []),
  ...(readModel.kind === 'sqlite' && readModel.directory !== null ? [readModel.directory] : []),
];

const urlOf = ({ port, family, address }: AddressInfo): string =>
  `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
