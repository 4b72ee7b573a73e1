import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { noteAnswers, type Target } from './attack.js';

export interface CrowdAttack {
  readonly name: string;
  readonly run: (target: Target) => Promise<void>;
}

/** The stay of a crowd that the service does not send away. */
const STAY_MS = 3_000;
const HALF_SENT_BYTES = 262_000;

const statusBody = (): Buffer =>
  Buffer.from(
    JSON.stringify({
      message_uuid: randomUUID(),
      to: '447700900123',
      from: '447700900001',
      timestamp: new Date().toISOString(),
      status: 'submitted',
      channel: 'sms',
    }),
  );

const head = (request: string, ...headers: readonly string[]): string =>
  [request, 'Host: localhost', ...headers, '', ''].join('\r\n');

const webhookHead = (length: number, ...headers: readonly string[]): string =>
  head(
    'POST /webhooks/status HTTP/1.1',
    'Content-Type: application/json',
    `Content-Length: ${length}`,
    ...headers,
  );

/** Many connections that do what one of them may do. */
export const crowds: readonly CrowdAttack[] = [
  {
    name: '4,000 unsigned webhooks, half sent',
    run: (target) => halfSent(target, 4_000, 'POST /webhooks/status', webhookHead(HALF_SENT_BYTES)),
  },
  {
    name: '1,000 signed webhooks, half sent',
    run: (target) =>
      halfSent(
        target,
        1_000,
        'POST /webhooks/status',
        webhookHead(HALF_SENT_BYTES, `Authorization: Bearer ${target.sign(Buffer.alloc(0))}`),
      ),
  },
  {
    name: '1,000 sends, half sent',
    run: (target) =>
      halfSent(
        target,
        1_000,
        'POST /v1/messages',
        head(
          'POST /v1/messages HTTP/1.1',
          'Content-Type: application/json',
          `Content-Length: ${HALF_SENT_BYTES}`,
        ),
      ),
  },
  {
    name: '100 batches, half sent',
    run: (target) =>
      halfSent(
        target,
        100,
        'POST /v1/messages/batch',
        head(
          'POST /v1/messages/batch HTTP/1.1',
          'Content-Type: application/json',
          `Content-Length: ${16 * 1024 * 1024}`,
        ),
      ),
  },
  {
    name: '2,000 heads without an end',
    run: async (target) => {
      const beginning = `GET / HTTP/1.1\r\nHost: localhost\r\n${`X-Long: ${'x'.repeat(1_000)}\r\n`.repeat(15)}`;
      const crowd = await target.crowd(2_000, (socket) => {
        noteAnswers(target, 'GET /', socket);
        socket.write(beginning);
      });
      await delay(STAY_MS);
      crowd.leave();
    },
  },
  {
    name: '20,000 unsigned webhooks, pipelined',
    run: (target) => {
      const body = statusBody();
      return pipelined(target, 'POST /webhooks/status', 5, 4_000, () =>
        webhookHead(body.length).concat(body.toString()),
      );
    },
  },
  {
    name: '20,000 signed webhooks, pipelined',
    run: (target) =>
      pipelined(target, 'POST /webhooks/status', 20, 1_000, () => {
        const body = statusBody();
        return webhookHead(body.length, `Authorization: Bearer ${target.sign(body)}`).concat(
          body.toString(),
        );
      }),
  },
  ...['/v1/messages?limit=500', '/v1/events?limit=500', '/openapi.json', '/metrics'].map(
    (path) => ({
      name: `${path}, pipelined by 10 that read slowly`,
      run: (target: Target) => unread(target, path, 10, 100),
    }),
  ),
  ...[
    ['/v1/events', 200, '*/*'],
    ['/v1/messages', 200, 'text/csv'],
    ['/v1/messages', 200, 'application/x-ndjson'],
    ['/v1/inbound', 200, 'text/csv'],
    ['/v1/stream?after=0', 250, '*/*'],
  ].map(([path, count, accept]) => ({
    name: `${path} as ${accept}, by ${count} that do not read`,
    run: (target: Target) => unread(target, String(path), Number(count), 1, String(accept)),
  })),
];

async function halfSent(
  target: Target,
  count: number,
  request: string,
  beginning: string,
): Promise<void> {
  const half = Buffer.concat([Buffer.from(beginning), Buffer.alloc(HALF_SENT_BYTES / 2, 0x20)]);
  const crowd = await target.crowd(count, (socket) => {
    noteAnswers(target, request, socket);
    socket.write(half);
  });
  await crowd.untilClosed(STAY_MS);
  crowd.leave();
}

/** Sends all before it waits for any answer. */
async function pipelined(
  target: Target,
  request: string,
  connections: number,
  requestsEach: number,
  make: () => string,
): Promise<void> {
  const crowd = await target.crowd(connections, (socket) => {
    noteAnswers(target, request, socket);
    socket.end(Array.from({ length: requestsEach }, make).join(''));
  });
  await crowd.untilClosed(20_000);
  crowd.leave();
}

/** Asks for more than it takes. */
async function unread(
  target: Target,
  path: string,
  connections: number,
  requestsEach: number,
  accept = '*/*',
): Promise<void> {
  const asked = head(`GET ${path} HTTP/1.1`, `Accept: ${accept}`).repeat(requestsEach);
  const crowd = await target.crowd(connections, (socket) => {
    socket.pause();
    socket.write(asked);
  });
  await delay(STAY_MS);
  crowd.leave();
}
