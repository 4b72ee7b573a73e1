import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The calls so far. */
export interface Calls {
  readonly taken: number;
  /** Answered 429. */
  readonly refused: number;
  /** The longest time from a message's first 429 until it was taken, milliseconds. */
  readonly delayedMsMax: number;
  /** When the calls to watched numbers were taken, by number, in milliseconds since 1970. */
  readonly watched: Readonly<Record<string, number>>;
}

/** Tells the port, and then the calls whenever it is asked. */
export type FromVonage = { readonly port: number } | Calls;

/** A loopback Vonage that answers at once: as little of the machine as possible goes to it. 0: no limit. */
const limitPerSecond = Number(process.argv[2] ?? '0');
const WINDOW_MS = 1_000;
/** Numbers that begin with it are watched. */
const watchedPrefix = process.argv[3] ?? 'none';

let taken = 0;
let refused = 0;
let delayedMsMax = 0;
/** The times of the first 429, by message. */
const refusedAtMs = new Map<string, number>();
const watched: Record<string, number> = {};
/** The times of the calls taken within the last second. */
const recent: number[] = [];

/** @returns false when the call is one too many of the last second */
function mayPass(nowMs: number): boolean {
  const first = recent.findIndex((at) => at > nowMs - WINDOW_MS);
  recent.splice(0, first === -1 ? recent.length : first);
  if (recent.length >= limitPerSecond) return false;
  recent.push(nowMs);
  return true;
}

function answer(body: string, response: ServerResponse): void {
  if (limitPerSecond > 0 && isRefused(body, response)) return;
  taken++;
  const [, to = ''] = /"to":"([^"]*)/.exec(body) ?? [];
  if (to.startsWith(watchedPrefix)) watched[to] ??= Date.now();
  const uuid = `00000000-0000-4000-8000-${String(taken).padStart(12, '0')}`;
  response.writeHead(202, headers);
  response.end(`{"message_uuid":"${uuid}"}`);
}

const headers = { 'Content-Type': 'application/json', 'Content-Length': 55 };

/** Answers 429 to a call that is one too many. */
function isRefused(body: string, response: ServerResponse): boolean {
  const nowMs = performance.now();
  // A client ref names the message and the attempt.
  const message = /"client_ref":"([^".]*)/.exec(body)?.[1] ?? '';
  if (mayPass(nowMs)) {
    delayedMsMax = Math.max(delayedMsMax, nowMs - (refusedAtMs.get(message) ?? nowMs));
    return false;
  }
  refused++;
  if (!refusedAtMs.has(message)) refusedAtMs.set(message, nowMs);
  response.writeHead(429, { 'Content-Type': 'application/json', 'Retry-After': '1' });
  response.end('{"title":"Rate Limit Hit"}');
  return true;
}

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString('latin1')));
  request.on('end', () => answer(body, response));
});

const tell = (message: FromVonage): void => void process.send?.(message);

process.on('message', () => tell({ taken, refused, delayedMsMax, watched }));
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => tell({ port: (server.address() as AddressInfo).port }));
