import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface Received {
  readonly events: number;
  readonly repeats: number;
  /** Refused by the library of the specification. Counted by `tell`. */
  readonly forged: number;
  /** When each change arrived first, milliseconds since 1970, by Vonage's uuid and the status. */
  readonly arrivals?: readonly (readonly [change: string, atMs: number])[];
}

/** `secret` sets what signatures are checked with; `count` and `tell` ask for what was received. */
export type ReceiverOrder = { readonly secret: string } | 'count' | 'tell';

interface Arrival {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMs: number;
}

// A fast receiver: it answers at once, and reads what it was told only when it is asked, because the cores that are
// measured belong to the service.
let webhook: Webhook | undefined;
let repeats = 0;
/** By the id of the webhook. */
const received = new Map<string, Arrival>();

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { headers } = request;
    const id = String(headers['webhook-id']);
    if (received.has(id)) repeats++;
    else received.set(id, { headers, body: Buffer.concat(chunks).toString(), atMs: Date.now() });
    response.writeHead(204).end();
  });
});
// The service keeps its connections; the receiver must not close them first.
server.keepAliveTimeout = 60_000;

/** Returns the change and its time; undefined for what the library of the specification refuses. */
function read({ headers, body, atMs }: Arrival): readonly [string, number] | undefined {
  try {
    webhook?.verify(body, headers as Record<string, string>);
  } catch {
    return undefined;
  }
  const { data } = JSON.parse(body) as { readonly data: Readonly<Record<string, string>> };
  return [`${data['messageUuid']} ${data['status']}`, atMs];
}

process.on('message', (order: ReceiverOrder) => {
  if (typeof order === 'object') {
    webhook = new Webhook(order.secret);
    return;
  }
  const counted: Received = { events: received.size, repeats, forged: 0 };
  if (order === 'count') {
    process.send?.(counted);
    return;
  }
  const arrivals = [...received.values()].map(read).filter((one) => one !== undefined);
  process.send?.({ ...counted, forged: received.size - arrivals.length, arrivals });
});

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
