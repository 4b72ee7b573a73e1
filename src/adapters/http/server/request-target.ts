import type { IncomingMessage } from 'node:http';

const SLASH = 0x2f;

/**
 * Turns `GET http://host/path` into `GET /path` with that host. Every server must accept the first form, and must
 * then ignore the header `Host` (RFC 9112 sections 3.2.2 and 7.2).
 */
export function toOriginForm(request: IncomingMessage): void {
  const { url = '' } = request;
  if (url.charCodeAt(0) === SLASH) return;
  const match = /^https?:\/\/([^/?#]*)([^#]*)/i.exec(url);
  if (match === null) return;
  const [, authority = '', rest = ''] = match;
  request.headers.host = authority;
  request.url = rest.startsWith('/') ? rest : `/${rest}`;
}
