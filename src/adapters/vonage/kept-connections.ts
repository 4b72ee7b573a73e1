import {
  Agent as HttpAgent,
  globalAgent,
  request as requestHttp,
  type AgentOptions,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { startTimeLimit } from '../../application/pause.js';

/** An idle connection is closed after this time, or earlier where the server announces that it closes it earlier. */
const IDLE_MS_MAX = 4_000;
/** Vonage's problem documents have about 400 bytes; a proxy's page may have any number. */
const ANSWER_BYTES_MAX = 16 * 1024;
const REDIRECTS_MAX = 5;

export interface Call {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The parts of an HTTP answer that decide its outcome. */
export interface Answer {
  readonly status: number;
  /** True when the response came from a redirect target. */
  readonly redirected: boolean;
  /** By names in lower case. */
  readonly headers: Pick<Headers, 'get'>;
  /** The parsed body, if it is JSON and came in time; otherwise null. */
  readonly body: unknown;
}

/** No answer came in time. */
export class AnswerTimeout extends Error {
  override readonly name = 'AnswerTimeout';

  constructor(
    /** False when no connection was had by then, so that no request left. */
    readonly wasConnected: boolean,
  ) {
    super('no answer came in time');
  }
}

/** The call failed before its connection stood, so that no request left. */
export class NoConnection extends Error {
  override readonly name = 'NoConnection';

  constructor(
    /** The error of the connection. */
    override readonly cause: unknown,
  ) {
    super('no connection was had');
  }
}

/**
 * Makes calls over connections that are used again. The global `fetch` takes three times the processor time for it, most
 * of all for its streams.
 */
export class KeptConnections {
  private readonly http: HttpAgent;
  private readonly https: HttpsAgent;

  constructor() {
    // Node sets it where it is told to use the proxy of the environment.
    const { proxyEnv } = (globalAgent as { readonly options?: AgentOptions }).options ?? {};
    const options = {
      keepAlive: true,
      timeout: IDLE_MS_MAX,
      ...(proxyEnv === undefined ? {} : { proxyEnv }),
    };
    this.http = new HttpAgent(options);
    this.https = new HttpsAgent(options);
  }

  /**
   * Follows only redirects that keep method and body.
   * @param timeoutMs time limit of everything together
   * @throws AnswerTimeout, NoConnection, or the error of a connection that stood; either way no status came
   */
  async make(call: Call, timeoutMs: number): Promise<Answer> {
    const deadlineMs = performance.now() + timeoutMs;
    let [current, redirected] = [call, false];
    for (let redirects = 0; ; redirects++) {
      const { status, headers, body } = await this.once(current, deadlineMs - performance.now());
      const next = redirects < REDIRECTS_MAX ? redirect(current, status, headers) : null;
      if (next === null) return { status, redirected, headers: readable(headers), body };
      [current, redirected] = [next, true];
    }
  }

  private once({ url, method, headers, body }: Call, timeoutMs: number): Promise<OneAnswer> {
    return new Promise((resolve, reject) => {
      const isSecure = url.protocol === 'https:';
      const options: RequestOptions = { method, headers };
      const request = isSecure
        ? requestHttps(url, { ...options, agent: this.https })
        : requestHttp(url, { ...options, agent: this.http });
      const connection = watchConnection(request, isSecure);
      let answer: OneAnswer | undefined;
      const endLimit = startTimeLimit(Math.max(0, timeoutMs), giveUp);
      function giveUp(): void {
        fail(new AnswerTimeout(connection.isOpen));
        request.destroy();
      }
      /** Ends the call. A status that has already arrived is the answer, even without its body. */
      function fail(error: Error): void {
        if (answer !== undefined) return end(answer);
        endLimit();
        reject(error);
      }
      function end(known: OneAnswer): void {
        endLimit();
        resolve(known);
      }
      request.on('error', (error) => fail(connection.isOpen ? error : new NoConnection(error)));
      request.on('response', (response) => {
        const bare = { status: response.statusCode ?? 0, headers: response.headers, body: null };
        answer = bare;
        readText(response, (text) => {
          if (text === undefined) request.destroy();
          end(text === undefined ? bare : { ...bare, body: jsonIn(text) });
        });
      });
      request.end(body);
    });
  }
}

interface OneAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** Tells whether a byte of the request may have left. */
function watchConnection(request: ClientRequest, isSecure: boolean): { readonly isOpen: boolean } {
  const connection = { isOpen: false };
  request.on('socket', (socket) => {
    if (!socket.connecting) connection.isOpen = true;
    else {
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        connection.isOpen = true;
      });
    }
  });
  return connection;
}

/** @param done gets undefined when the text is too long, or broke off */
function readText(response: IncomingMessage, done: (text: string | undefined) => void): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) done(undefined);
  });
  response.on('end', () => done(Buffer.concat(chunks).toString('utf8')));
  response.on('error', () => done(undefined));
}

/** The parsed text; null where it is no JSON. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @returns null when the answer is no redirect, or one that would change the request or send it unencrypted */
function redirect(call: Call, status: number, { location }: IncomingHttpHeaders): Call | null {
  if (status !== 307 && status !== 308) return null;
  const url = location === undefined ? null : URL.parse(location, call.url.href);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return null;
  if (url.origin === call.url.origin) return { ...call, url };
  // Number and text would go over an open line.
  if (call.url.protocol === 'https:' && url.protocol === 'http:') return null;
  // The token is for the origin that was configured.
  const headers = Object.entries(call.headers).filter(
    ([name]) => name.toLowerCase() !== 'authorization',
  );
  return { ...call, url, headers: Object.fromEntries(headers) };
}

const readable = (headers: IncomingHttpHeaders): Answer['headers'] => ({
  get: (name) => headers[name]?.toString() ?? null,
});
