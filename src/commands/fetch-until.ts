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

/**
 * Codes of OpenSSL and Node for a certificate that is not trusted, or not for this host
 * (https://nodejs.org/api/tls.html#x509-certificate-error-codes).
 */
const CERTIFICATE =
  /^(?:ERR_TLS_CERT|CERT_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|HOSTNAME_MISMATCH)/;
/** The other side does not speak TLS, or another version of it. */
const NO_TLS = /^(?:EPROTO$|ERR_SSL_)/;

/** Says why a request to the service at this address got no answer, and what to do. */
export function whyNoAnswer(url: string, { code = '', message }: NodeJS.ErrnoException): string {
  if (CERTIFICATE.test(code)) {
    return `The certificate of ${url} is not trusted: ${message} (${code}). Name its authority in NODE_EXTRA_CA_CERTS.`;
  }
  if (NO_TLS.test(code)) {
    return `${url} does not speak TLS (${code}). Should WAYBILL_URL begin with http://?`;
  }
  if (code === 'ECONNRESET' || code === 'EPIPE') {
    return `${url} closed the connection without an answer. Ask again; a server of TLS needs https:// in WAYBILL_URL.`;
  }
  return `No Waybill answers at ${url}. Start it with \`npm start\`, or set WAYBILL_URL.`;
}
