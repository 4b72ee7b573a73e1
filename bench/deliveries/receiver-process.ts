import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly events: number;
  readonly repeats: number;
  readonly forged: number;
  /** When each change arrived first, milliseconds since 1970, by Vonage's uuid and the status. */
  readonly arrivals?: readonly (readonly [change: string, atMs: number])[];
}

/** `secret` sets what signatures are checked with; `count` and `tell` ask for what was received. */
export type ReceiverOrder = { readonly secret: string } | 'count' | 'tell';

// A fast receiver: it checks each signature with the library of the specification, and answers at once.
let webhook: Webhook | undefined;
let repeats = 0;
let forged = 0;
const ids = new Set<string>();
const arrivals = new Map<string, number>();

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
  const { data } = JSON.parse(body) as { readonly data: Readonly<Record<string, string>> };
  const change = `${data['messageUuid']} ${data['status']}`;
  if (!arrivals.has(change)) arrivals.set(change, arrivedMs);
  return 204;
}

process.on('message', (order: ReceiverOrder) => {
  if (typeof order === 'object') {
    webhook = new Webhook(order.secret);
    return;
  }
  const counted: Received = { events: ids.size, repeats, forged };
  process.send?.(order === 'tell' ? { ...counted, arrivals: [...arrivals] } : counted);
});

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
