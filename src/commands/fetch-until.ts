import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Asked {
  readonly method?: string;
  readonly headers: Headers;
  readonly body?: string | Readable;
  /** Aborts the request. */
  readonly signal: AbortSignal;
}

/** Like `fetch`, which gives up after five minutes without a header or without a byte, whatever its signal says. */
export function fetchUntil(
  url: string,
  { method = 'GET', headers, body, signal }: Asked,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const open = url.startsWith('https:') ? requestHttps : requestHttp;
    // Node writes no length for a DELETE.
    if (typeof body === 'string') headers.set('content-length', String(Buffer.byteLength(body)));
    const options = { method, headers: Object.fromEntries(headers), signal };
    const request = open(url, options, (incoming) => resolve(responseOf(incoming)));
    request.on('error', reject);
    if (body instanceof Readable) pipeline(body, request).catch(reject);
    else request.end(body);
  });
}

function responseOf(incoming: IncomingMessage): Response {
  const { statusCode: status = 0, headers } = incoming;
  const known = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
  const isEmpty = status === 204 || status === 304;
  if (isEmpty) incoming.resume();
  const body = isEmpty ? null : (Readable.toWeb(incoming) as ReadableStream);
  return new Response(body, { status, headers: Object.fromEntries(known) });
}
