import type { CookieOptions, Request, Response } from 'express';

const NAME = 'waybill_session';
/** Browsers take a cookie with this prefix over HTTPS only, and from no other host (RFC 6265bis section 4.1.3). */
const SECURE_NAME = `__Host-${NAME}`;

/**
 * The token in the session cookie of a request. Another server of the domain, or one that answers for it over HTTP, can
 * plant a cookie of the plain name; over HTTPS it counts for nothing, and elsewhere the other name goes before it.
 */
export const sessionTokenOf = (request: Request): string | undefined =>
  cookieOf(request, SECURE_NAME) ??
  (toldOfHttps(request) === true ? undefined : cookieOf(request, NAME));

/** The tokens of both names, each of which may be that of an earlier session. */
export const sessionTokensOf = (request: Request): readonly string[] =>
  [SECURE_NAME, NAME].flatMap((name) => cookieOf(request, name) ?? []);

function cookieOf({ headers }: Request, wanted: string): string | undefined {
  for (const pair of (headers.cookie ?? '').split('; ')) {
    const [name, token] = pair.split('=', 2);
    if (name === wanted && token !== undefined && token !== '') return token;
  }
  return undefined;
}

/** It ends with the browser, or with the session that it names. */
export function setSessionCookie(response: Response, token: string): void {
  const options = optionsFor(response);
  response.cookie(options.secure === true ? SECURE_NAME : NAME, token, options);
}

export function clearSessionCookie(response: Response): void {
  const options = optionsFor(response);
  for (const name of options.secure === true ? [NAME, SECURE_NAME] : [NAME]) {
    response.clearCookie(name, options);
  }
}

/**
 * A proxy that ends TLS says so; where it does not, the browser tells by the origin of its page. A client that lies here
 * harms its own cookie only.
 */
const optionsFor = ({ req }: Response): CookieOptions => ({
  httpOnly: true,
  sameSite: 'strict',
  path: '/',
  secure: toldOfHttps(req) ?? req.headers.origin?.startsWith('https://') === true,
});

/** True when the client uses HTTPS, by the socket or by the first value of `X-Forwarded-Proto`; undefined without either. */
function toldOfHttps({ socket, headers }: Request): boolean | undefined {
  if ('encrypted' in socket && socket.encrypted === true) return true;
  const [outermost = ''] = String(headers['x-forwarded-proto'] ?? '').split(',');
  return outermost.trim() === '' ? undefined : outermost.trim().toLowerCase() === 'https';
}

/**
 * True unless a browser says that a page of another origin asks, also one of the same site, which SameSite does not
 * stop. Only browsers send these headers, and no page can change them (Fetch Metadata; RFC 6454 section 7). A browser
 * that judges the origin itself is believed: a proxy may have written a name of its own into `Host`.
 */
export function isFromOwnPage({ headers, method }: Request): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || (site === 'none' && method === 'GET');
  const { origin } = headers;
  if (origin === undefined) return method === 'GET' || method === 'HEAD';
  return URL.parse(origin)?.host === headers.host?.toLowerCase();
}
