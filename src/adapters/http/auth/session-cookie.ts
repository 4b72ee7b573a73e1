import type { CookieOptions, Request, Response } from 'express';

const NAME = 'waybill_session';
/** Browsers take a cookie with this prefix over HTTPS only, and from no other host (RFC 6265bis section 4.1.3). */
const SECURE_NAME = `__Host-${NAME}`;

/** The token in the session cookie of a request. */
export function sessionTokenOf({ headers }: Request): string | undefined {
  for (const pair of (headers.cookie ?? '').split('; ')) {
    const [name, token] = pair.split('=', 2);
    if ((name === NAME || name === SECURE_NAME) && token !== undefined && token !== '')
      return token;
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

/** A proxy that ends TLS says so; a client that lies here harms its own cookie only. */
const optionsFor = ({ req: { socket, headers } }: Response): CookieOptions => ({
  httpOnly: true,
  sameSite: 'strict',
  path: '/',
  secure:
    ('encrypted' in socket && socket.encrypted === true) ||
    headers['x-forwarded-proto'] === 'https',
});

/**
 * True unless a browser says that a page of another origin asks, also one of the same site, which SameSite does not
 * stop. Only browsers send these headers, and no page can change them (Fetch Metadata; RFC 6454 section 7).
 */
export function isFromOwnPage({ headers, method }: Request): boolean {
  const site = headers['sec-fetch-site'];
  const isOwnSite = site === 'same-origin' || (site === 'none' && method === 'GET');
  if (site !== undefined && !isOwnSite) return false;
  const { origin } = headers;
  if (origin === undefined) return site !== undefined || method === 'GET' || method === 'HEAD';
  return URL.parse(origin)?.host === headers.host?.toLowerCase();
}
