import { json, type Express, type NextFunction, type Request, type Response } from 'express';
import { HttpProblem } from './problems/http-problem.js';

/** A message with five fallback steps, each with a text of its own, in four-byte characters. */
const BODY_BYTES_MAX = '256kb';
/** A thousand messages with long texts. */
const BATCH_BODY_BYTES_MAX = '16mb';

/** JSON bodies only, up to a limit that fits the route. Webhooks never come here. */
export function parseBodies(express: Express): void {
  express.use(refuseOtherTypes);
  express.use(
    '/v1/messages/batch',
    json({ limit: BATCH_BODY_BYTES_MAX, type: isJson, strict: false }),
  );
  express.use(json({ limit: BODY_BYTES_MAX, type: isJson, strict: false }));
}

const isJson = (request: { readonly headers: Request['headers'] }): boolean =>
  /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i.test(request.headers['content-type'] ?? '');

function refuseOtherTypes(request: Request, _response: Response, next: NextFunction): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0;
  if (hasBody && !isJson(request)) {
    next(new HttpProblem(415, 'Send the body as `Content-Type: application/json`.'));
  } else {
    next();
  }
}
