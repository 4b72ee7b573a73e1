import { json, type Express, type Request, type RequestHandler } from 'express';
import { HttpProblem } from './problems/http-problem.js';
import { methodsFor } from './problems/unrouted.js';

/** A message with five fallback steps, each with a text of its own, in four-byte characters. */
const BODY_BYTES_MAX = '256kb';
/** A thousand messages with long texts. */
const BATCH_BODY_BYTES_MAX = '16mb';

/** JSON bodies only, up to a limit that fits the route. Webhooks never come here. */
export function parseBodies(express: Express): void {
  express.use(refuseOtherTypes(express));
  express.use(
    '/v1/messages/batch',
    json({ limit: BATCH_BODY_BYTES_MAX, type: isJson, strict: false }),
  );
  express.use(json({ limit: BODY_BYTES_MAX, type: isJson, strict: false }));
}

const isJson = (request: { readonly headers: Request['headers'] }): boolean =>
  /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(request.headers['content-type'] ?? '');

/** Only where there is a route: elsewhere no content type would help. */
const refuseOtherTypes =
  (express: Express): RequestHandler =>
  (request, _response, next) => {
    const hasBody =
      request.headers['transfer-encoding'] !== undefined ||
      Number(request.headers['content-length'] ?? 0) > 0;
    if (hasBody && !isJson(request) && isRouted(express, request)) {
      next(new HttpProblem(415, 'Send the body as `Content-Type: application/json`.'));
    } else {
      next();
    }
  };

const isRouted = (express: Express, { path, method }: Request): boolean =>
  methodsFor(express, path).includes(method);
