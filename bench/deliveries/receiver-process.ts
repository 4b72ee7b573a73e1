import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly events: number;
  readonly repeats: number;
  readonly forged: number;
  /** From the recording of the event to its arrival. */
  readonly lagP50Ms: number;
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
}

/** `secret` sets what signatures are checked with; `tell` asks for what was received. */
export type ReceiverOrder = { readonly secret: string } | 'tell';

// A fast receiver: it checks each signature with the library of the specification, and answers at once.
let webhook: Webhook | undefined;
let repeats = 0;
let forged = 0;
const ids = new Set<string>();
const lagsMs: number[] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const arrivedMs = Date.now();
    response.writeHead(take(request.headers, Buffer.concat(chunks).toString(), arrivedMs)).end();
  });
});
// The service keeps its connections; the receiver must not close them first.
server.keepAliveTimeout = 60_000;

function take(headers: NodeJS.Dict<string | string[]>, body: string, arrivedMs: number): number {
  try {
    webhook?.verify(body, headers as Record<string, string>);
  } catch {
    forged++;
    return 401;
  }
  const id = String(headers['webhook-id']);
  if (ids.has(id)) repeats++;
  ids.add(id);
  const { timestamp } = JSON.parse(body) as { readonly timestamp: string };
  lagsMs.push(arrivedMs - Date.parse(timestamp));
  return 204;
}

process.on('message', (order: ReceiverOrder) => {
  if (order !== 'tell') {
    webhook = new Webhook(order.secret);
    return;
  }
  const sorted = lagsMs.toSorted((left, right) => left - right);
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  process.send?.({
    events: ids.size,
    repeats,
    forged,
    lagP50Ms: at(0.5),
    lagP99Ms: at(0.99),
    lagMaxMs: at(1),
  } satisfies Received);
});

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
