import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly authorization: string | null;
  readonly contentType: string | null;
  readonly raw: Buffer;
  /** The port of the client: equal ports prove that a connection was reused. */
  readonly clientPort: number;
}

/** The receiver's answer to a callback; `silence` never answers. */
export type ReceiverAnswer = number | 'reset' | 'silence';

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Sets the function that answers from now on; `index` counts all callbacks from 0. */
  answer(
    decide: (callback: Received, index: number) => ReceiverAnswer | Promise<ReceiverAnswer>,
  ): void;
  /** Resolves with the first `count` callbacks, as soon as they have arrived. */
  first(count: number): Promise<readonly Received[]>;
  stop(): Promise<void>;
}

const WAIT_MS_MAX = 5_000;

/** A real HTTP server that receives callbacks, as a customer of Vonage would run one. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const waiters = new Set<() => void>();
  let decide: Parameters<Receiver['answer']>[0] = () => 204;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const callback: Received = {
      path: request.url ?? '',
      authorization: request.headers.authorization ?? null,
      contentType: request.headers['content-type'] ?? null,
      raw: Buffer.concat(chunks),
      clientPort: request.socket.remotePort ?? 0,
    };
    received.push(callback);
    for (const wake of waiters) wake();
    const answer = await decide(callback, received.length - 1);
    if (answer === 'reset') request.socket.resetAndDestroy();
    else if (answer !== 'silence') response.writeHead(answer).end();
  };

  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (next) => {
      decide = next;
    },
    first: (count) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiters.delete(check);
          reject(new Error(`${received.length} of ${count} callbacks in ${WAIT_MS_MAX} ms`));
        }, WAIT_MS_MAX);
        const check = () => {
          if (received.length < count) return;
          clearTimeout(timer);
          waiters.delete(check);
          resolve(received.slice(0, count));
        };
        waiters.add(check);
        check();
      }),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export const bodyOf = ({ raw }: Received): Record<string, unknown> =>
  JSON.parse(raw.toString('utf8')) as Record<string, unknown>;

export const statusesOf = (received: readonly Received[]): readonly unknown[] =>
  received.map((callback) => bodyOf(callback)['status']);

export const tokenOf = ({ authorization }: Received): string =>
  /^Bearer (?<token>.+)$/.exec(authorization ?? '')?.groups?.['token'] ?? '';
