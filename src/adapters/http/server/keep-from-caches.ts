import type { RequestHandler } from 'express';

/**
 * Tells proxies and browsers to keep nothing of an answer: it is about people, or about this moment and for this caller.
 * A session's cookie, unlike the header `Authorization`, keeps no shared cache from storing it (RFC 9111 section 3.5).
 * A route whose answers hold nothing of the kind says otherwise.
 */
export const keepFromCaches: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};
