import { Agent, request, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { asCurl, type FuzzRequest } from './fuzz-request.js';

/** Longer than the service makes any caller wait, so that silence is a fault. */
const ANSWER_MS_MAX = 45_000;

/** Enough to see that an export or stream continues; then the connection is closed. */
const BODY_BYTES_MAX = 256 * 1024;

/** A stream never ends: the client leaves it this many milliseconds after its head. */
const STREAM_MS = 20;

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Many connections that stay open, as those of a load balancer do. */
export class Client {
  private readonly agent: Agent;
  private readonly carriedLast = new WeakMap<Socket, Carried>();
  private readonly hostname: string;
  private readonly port: number;

  constructor(url: string, connections: number) {
    const { hostname, port } = new URL(url);
    this.hostname = hostname;
    this.port = Number(port);
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  end(): void {
    this.agent.destroy();
  }

  /** @throws Error when there was no answer; it names the previous request on the same connection */
  send(fuzz: FuzzRequest): Promise<FuzzAnswer> {
    const { method, target, headers, body } = fuzz;
    const { agent, hostname, port, carriedLast } = this;
    return new Promise((resolve, reject) => {
      const sent = request({
        agent,
        hostname,
        port,
        method,
        path: target,
        headers: { ...headers, ...(body === null ? {} : { 'Content-Length': body.length }) },
        timeout: ANSWER_MS_MAX,
      });
      let before: Carried | undefined;
      let answered = false;
      sent.on('socket', (socket) => {
        before = carriedLast.get(socket);
      });
      sent.on('response', (response) => {
        answered = true;
        carriedLast.set(response.socket, { fuzz, status: response.statusCode ?? 0 });
        take(response, fuzz, resolve);
      });
      sent.on('timeout', () => sent.destroy(new Error(`no answer in ${ANSWER_MS_MAX} ms`)));
      sent.on('error', (error) => {
        if (!answered) reject(new Error(`${error.message}${toldAbout(before)}`));
      });
      sent.end(body ?? undefined);
    });
  }
}

/** A request and the status of its answer. */
interface Carried {
  readonly fuzz: FuzzRequest;
  readonly status: number;
}

/** A service must announce the close of a connection in the answer before, or the next request is lost. */
const toldAbout = (before: Carried | undefined): string =>
  before === undefined
    ? ''
    : `; the connection stayed open after a ${before.status} to ${asCurl(before.fuzz)}`;

function take(
  response: IncomingMessage,
  { route }: FuzzRequest,
  resolve: (answer: FuzzAnswer) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const finish = (): void => {
    resolve({
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: Buffer.concat(chunks).toString(),
    });
  };
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) response.destroy();
  });
  response.on('error', () => {});
  response.on('close', finish);
  if (route === '/v1/stream') setTimeout(() => response.destroy(), STREAM_MS);
}
