import type { Request, RequestHandler, Response } from 'express';
import { readWindowFiles, type WindowFile } from './window-files.js';

/** Addresses of the window's views. `/` is also the index of the API, for programs. */
const PAGES =
  /^\/(?:$|messages\/[^/]+$|people\/[^/]+$|(?:overview|reports|inbound|operations|inspector|sign-in)$)/;

const YEAR_SECONDS = 31_536_000;

/** Nothing inline, and nothing from elsewhere. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Serves the window to browsers: its page at every address of a view, its files under names that change with their
 * content. Whoever does not ask for HTML gets what the API has there.
 */
export function serveWindow(directory: string): RequestHandler {
  const files = readWindowFiles(directory);
  const page = files.get('index.html');
  if (page === undefined) throw new Error(`The window in ${directory} has no page. Build it anew.`);
  return (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      next();
      return;
    }
    const asset = request.path.startsWith('/assets/') && files.get(request.path.slice(1));
    if (asset) {
      response.setHeader('Cache-Control', `public, max-age=${YEAR_SECONDS}, immutable`);
      send(asset, request, response);
      return;
    }
    if (!PAGES.test(request.path)) {
      next();
      return;
    }
    response.vary('Accept');
    if (request.accepts(['json', 'html']) !== 'html') {
      next();
      return;
    }
    response.setHeader('Cache-Control', 'no-cache');
    response.setHeader('Content-Security-Policy', POLICY);
    send(page, request, response);
  };
}

function send(file: WindowFile, request: Request, response: Response): void {
  // Tells whoever counts requests that this is no route of the API.
  response.locals['isWindow'] = true;
  response.setHeader('Content-Type', file.type);
  response.setHeader('ETag', file.etag);
  response.vary('Accept-Encoding');
  if (request.headers['if-none-match'] === file.etag) {
    response.status(304).end();
    return;
  }
  const encoding = request.acceptsEncodings(['br', 'gzip', 'identity']);
  const packed = encoding === 'br' ? file.br : encoding === 'gzip' ? file.gzip : undefined;
  if (packed !== undefined) response.setHeader('Content-Encoding', String(encoding));
  const body = packed ?? file.plain;
  response.setHeader('Content-Length', body.length);
  response.end(request.method === 'HEAD' ? undefined : body);
}
