import type { Request, RequestHandler } from 'express';
import { isIPv4 } from 'node:net';
import { HttpProblem } from '../problems/http-problem.js';

/**
 * Guards a service without API keys from the web pages that its user visits. A page can send requests to loopback
 * from its own origin, and under a name of its own that it lets point to loopback (DNS rebinding). Health checks are
 * answered to everybody: balancers ask under any name, and the answers hold no secret.
 * @param publicUrl another address of the service, such as that of a tunnel
 */
export const refuseStrangers =
  (publicUrl: string | null): RequestHandler =>
  (request, _response, next) => {
    const known = publicUrl === null ? null : new URL(publicUrl);
    next(request.path.startsWith('/health/') ? undefined : problemOf(request, known));
  };

function problemOf(request: Request, publicUrl: URL | null): HttpProblem | undefined {
  const { host } = request.headers;
  if (host !== undefined && !isOwnName(host, publicUrl)) {
    return new HttpProblem(
      421,
      'Without API keys the service answers only under a loopback name or that of PUBLIC_URL. Set PUBLIC_URL, or API_KEYS.',
    );
  }
  if (isOwnOrigin(request, host ?? '', publicUrl) || isNavigation(request)) return undefined;
  return new HttpProblem(
    403,
    'Without API keys the service takes no requests that a page of another origin sends. Set API_KEYS.',
  );
}

function isOwnName(host: string, publicUrl: URL | null): boolean {
  if (publicUrl !== null && URL.parse(`${publicUrl.protocol}//${host}`)?.host === publicUrl.host) {
    return true;
  }
  return isLoopbackName(host);
}

/** True for a header `Host` that leads a browser to its own machine, whatever the DNS says. */
export function isLoopbackName(host: string): boolean {
  const name = URL.parse(`http://${host}`)?.hostname ?? '';
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '[::1]' ||
    (isIPv4(name) && name.startsWith('127.'))
  );
}

/** Only browsers send these headers, and no page can change them (Fetch Metadata; RFC 6454 section 7). */
function isOwnOrigin({ headers }: Request, host: string, publicUrl: URL | null): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  const { origin } = headers;
  return (
    origin === undefined ||
    origin.toLowerCase() === `http://${host}`.toLowerCase() ||
    origin.toLowerCase() === publicUrl?.origin
  );
}

/** True when a link is followed, for example to /docs: the page that has the link cannot see the answer. */
const isNavigation = ({ method, headers }: Request): boolean =>
  method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers.origin === undefined;
