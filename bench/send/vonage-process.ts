import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The calls so far. */
export interface Calls {
  readonly taken: number;
  /** Answered 429. */
  readonly refused: number;
  /** The longest time from a message's first 429 until it was taken, milliseconds. */
  readonly delayedMsMax: number;
}

/** Tells the port, and then the calls whenever it is asked. */
export type FromVonage = { readonly port: number } | Calls;

/** A loopback Vonage that answers at once: as little of the machine as possible goes to it. 0: no limit. */
const limitPerSecond = Number(process.argv[2] ?? '0');
const WINDOW_MS = 1_000;

let taken = 0;
let refused = 0;
let delayedMsMax = 0;
/** The times of the first 429, by message. */
const refusedAtMs = new Map<string, number>();
/** The times of the calls taken within the last second. */
const recent: number[] = [];

/** @returns false when the call is one too many of the last second */
function mayPass(nowMs: number): boolean {
  if (limitPerSecond === 0) return true;
  const first = recent.findIndex((at) => at > nowMs - WINDOW_MS);
  recent.splice(0, first === -1 ? recent.length : first);
  if (recent.length >= limitPerSecond) return false;
  recent.push(nowMs);
  return true;
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await textOf(request);
  const nowMs = performance.now();
  // A client ref names the message and the attempt.
  const message = /"client_ref":"([^".]*)/.exec(body)?.[1] ?? '';
  if (!mayPass(nowMs)) {
    refused++;
    if (!refusedAtMs.has(message)) refusedAtMs.set(message, nowMs);
    response.writeHead(429, { 'Content-Type': 'application/json', 'Retry-After': '1' });
    response.end('{"title":"Rate Limit Hit"}');
    return;
  }
  taken++;
  delayedMsMax = Math.max(delayedMsMax, nowMs - (refusedAtMs.get(message) ?? nowMs));
  response.writeHead(202, { 'Content-Type': 'application/json' });
  response.end(`{"message_uuid":"${randomUUID()}"}`);
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => console.error(error));
});

async function textOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

const tell = (message: FromVonage): void => void process.send?.(message);

process.on('message', () => tell({ taken, refused, delayedMsMax }));
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }));
