import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handleAccount, isAccountPath } from './account/account-endpoints.js';
import { REDIRECT_LOOP_PATH } from './api/answers.js';
import { Control } from './control/control.js';
import { requestId, writeJson, writeProblem } from './api/http.js';
import { handleSend } from './api/messages-endpoint.js';
import { operationsOn, type Operations } from './control/operations.js';
import { publicKeyOf } from './credentials.js';
import { withDefaults, type SandboxOptions, type Settings } from './options.js';
import { forbidden, internalError, notFound } from './api/problems.js';
import { RateLimit } from './api/rate-limit.js';
import { handleRecords } from './reports/records-endpoint.js';
import { Session } from './session.js';
import { handleUpdate } from './api/update-endpoint.js';

export { signCallback } from './callbacks/callback-signature.js';
export { createSandboxCredentials, type SandboxCredentials } from './credentials.js';
export type { SandboxOptions } from './options.js';
export { readCommand, type SandboxSettings } from './settings.js';
export type { StoryName } from './stories/stories.js';

/** A running substitute for Vonage's Messages API. */
export interface Sandbox extends Operations {
  /** The value for `VONAGE_API_HOST`. */
  readonly url: string;
  readonly port: number;
  readonly seed: number;
  /** Closes every socket and cancels every timer, at once. */
  stop(): Promise<void>;
}

/** The largest number of connected clients; a story may keep each connection open for long. */
const CONNECTIONS_MAX = 2_000;

/** @throws when the public key is invalid or the port is taken */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const settings = withDefaults({ ...options, publicKey: publicKeyOf(options.publicKey) });
  let session = new Session(settings);
  const operations = operationsOn(
    settings,
    () => session,
    () => {
      session.stop();
      session = new Session(settings);
    },
  );
  const route = router(settings, () => session, new Control(operations, settings));

  const server = createServer((request, response) => {
    route(request, response).catch(() => {
      if (response.headersSent) response.destroy();
      else writeProblem(response, internalError());
    });
  });
  server.maxConnections = CONNECTIONS_MAX;
  server.listen(settings.port, settings.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    ...operations,
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
    port,
    seed: settings.seed,
    stop: async () => {
      session.stop();
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

type Route = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function router(settings: Settings, session: () => Session, control: Control): Route {
  const rateLimit = new RateLimit();
  return async (request, response) => {
    const path = pathOf(request);
    const { method } = request;
    if (path === '/v1/messages' && method === 'POST') {
      await handleSend(request, response, settings, session(), rateLimit);
    } else if (path === '/v1/messages/ping' && method === 'GET') {
      writeJson(response, 200, {});
    } else if (path.startsWith('/v1/messages/') && method === 'PATCH') {
      const uuid = path.slice('/v1/messages/'.length);
      await handleUpdate(uuid, request, response, settings, session());
    } else if (path === '/v1/messages' || path.startsWith('/v1/messages/')) {
      // Vonage's proxy refuses other methods before the API sees them.
      writeProblem(response, forbidden());
    } else if (path === '/v2/reports/records' && method === 'GET') {
      handleRecords(request, response, settings, session());
    } else if (isAccountPath(path)) {
      await handleAccount(path, request, response, settings);
    } else if (path === REDIRECT_LOOP_PATH) {
      response.writeHead(302, { Location: REDIRECT_LOOP_PATH, ...requestId() }).end();
    } else if (path === '/sandbox' || path.startsWith('/sandbox/')) {
      await control.handle(path, request, response);
    } else {
      writeProblem(response, notFound(`There is nothing at ${path}.`));
    }
  };
}

/** A base address with a trailing slash makes the SDK ask for `//v1/messages`; Vonage takes it. */
const pathOf = (request: IncomingMessage): string =>
  (request.url ?? '/').split('?', 1)[0]?.replaceAll(/\/{2,}/g, '/') ?? '/';
