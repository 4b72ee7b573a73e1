import type { Express, RequestHandler } from 'express';
import { webhookAt } from '../webhooks/webhook-listener.js';
import { HttpProblem } from './http-problem.js';

/** Answers requests without a route: 405 where another method exists, else 404. */
export function answerUnrouted(express: Express): RequestHandler {
  return (request, response, next) => {
    const allowed = methodsFor(express, request.path);
    if (allowed.length === 0) {
      next(
        new HttpProblem(404, 'There is nothing at this address. The API is described at /docs.'),
      );
      return;
    }
    response.setHeader('Allow', allowed.join(', '));
    next(new HttpProblem(405, `This address takes ${allowed.join(', ')}.`));
  };
}

interface Layer {
  match(path: string): boolean;
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
}

/** Returns the methods that any route takes at a path. */
export function methodsFor(express: Express, path: string): readonly string[] {
  const router = express.router as unknown as { readonly stack: readonly Layer[] };
  const routes = router.stack.filter((layer) => layer.route !== undefined && layer.match(path));
  const methods = routes.flatMap(({ route }) => Object.keys(route?.methods ?? {}));
  const known = methods.filter((method) => method !== '_all').map((method) => method.toUpperCase());
  // Webhooks are served before Express, so Express does not know them.
  return [...new Set([...known, ...(webhookAt(path) === undefined ? [] : ['POST'])])];
}
