import { createPublicKey } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REDIRECT_LOOP_PATH } from './answers.js';
import { requestId, writeJson, writeProblem } from './http.js';
import type { CallbackRecord, Counters, MessageRecord, RequestRecord } from './journal.js';
import { handleSend } from './messages-endpoint.js';
import { withDefaults, type AdjustableSettings, type SandboxOptions } from './options.js';
import { forbidden, internalError, notFound } from './problems.js';
import { RateLimit } from './rate-limit.js';
import { Session } from './session.js';

/** A running stand-in for Vonage's Messages API. */
export interface Sandbox {
  /** What `VONAGE_API_HOST` should be. */
  readonly url: string;
  readonly port: number;
  readonly seed: number;
  /** Changes settings from now on, for example the addresses of a service that has just started. */
  configure(changes: Partial<AdjustableSettings>): void;
  pauseCallbacks(): void;
  resumeCallbacks(): void;
  messages(): readonly MessageRecord[];
  callbacks(): readonly CallbackRecord[];
  requests(): readonly RequestRecord[];
  sendsByClientRef(): Readonly<Record<string, number>>;
  counters(): Counters;
  /** Resolves when every story has been told and every callback has arrived or is given up. */
  settled(): Promise<void>;
  /** Forgets everything and drops what is under way; settings stay. */
  reset(): void;
  /** Closes every socket and cancels every timer, at once. */
  stop(): Promise<void>;
}

/** How many clients may be connected; a story may hold each of them for long. */
const CONNECTIONS_MAX = 2_000;

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const settings = withDefaults(options);
  createPublicKey(settings.publicKey);
  let session = new Session(settings);
  const rateLimit = new RateLimit();

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = pathOf(request);
    if (path === '/v1/messages') {
      if (request.method === 'POST') {
        await handleSend(request, response, settings, session, rateLimit);
      } else {
        // Vonage's proxy refuses other methods before the API sees them.
        writeProblem(response, forbidden());
      }
    } else if (path === '/v1/messages/ping' && request.method === 'GET') {
      writeJson(response, 200, {});
    } else if (path === REDIRECT_LOOP_PATH) {
      response.writeHead(302, { Location: REDIRECT_LOOP_PATH, ...requestId() }).end();
    } else {
      writeProblem(response, notFound(`There is nothing at ${path}.`));
    }
  };

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
    url: `http://${settings.host}:${port}`,
    port,
    seed: settings.seed,
    configure: (changes) => {
      Object.assign(settings, changes);
    },
    pauseCallbacks: () => {
      session.delivery.pause();
    },
    resumeCallbacks: () => {
      session.delivery.resume();
    },
    messages: () => session.journal.messages(),
    callbacks: () => session.journal.callbacks(),
    requests: () => session.journal.requests(),
    sendsByClientRef: () => session.journal.sendsByClientRef(),
    counters: () => session.journal.counters(),
    settled: () => session.settled(),
    reset: () => {
      session.stop();
      session = new Session(settings);
    },
    stop: async () => {
      session.stop();
      server.closeAllConnections();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

/** A base address with a trailing slash makes the SDK ask for `//v1/messages`; Vonage takes it. */
const pathOf = (request: IncomingMessage): string =>
  (request.url ?? '/').split('?', 1)[0]?.replaceAll(/\/{2,}/g, '/') ?? '/';
