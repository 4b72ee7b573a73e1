import type { ErrorRequestHandler, Express, NextFunction, Request, Response } from 'express';
import type { Logger } from '../../../application/ports/logger.js';
import { HttpProblem } from './http-problem.js';
import { sendProblem } from './problem-details.filter.js';
import { toProblem } from './problem.js';

/** Paths that are served before Express, which therefore cannot know them. */
const servedElsewhere: ReadonlyMap<string, readonly string[]> = new Map([
  ['/webhooks/status', ['POST']],
  ['/webhooks/inbound', ['POST']],
]);

/**
 * What no route took: 405 where another method would do, else 404; and whatever failed before a route
 * was found, such as a body that cannot be parsed. Comes after all routes.
 */
export function answerUnrouted(express: Express, logger: Logger): void {
  express.use((request: Request, response: Response, next: NextFunction) => {
    const allowed = methodsFor(express, request.path);
    if (allowed.length === 0) {
      next(
        new HttpProblem(404, 'There is nothing at this address. The API is described at /docs.'),
      );
      return;
    }
    response.setHeader('Allow', allowed.join(', '));
    next(new HttpProblem(405, `This address takes ${allowed.join(', ')}.`));
  });
  const answer: ErrorRequestHandler = (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = toProblem(error);
    if (problem.status >= 500) {
      logger.error({ instance: problem.instance, error }, 'A request failed for a reason of ours.');
    }
    sendProblem(response, problem);
  };
  express.use(answer);
}

interface Layer {
  match(path: string): boolean;
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
}

/** The methods that some route takes at a path. */
function methodsFor(express: Express, path: string): readonly string[] {
  const router = express.router as unknown as { readonly stack: readonly Layer[] };
  const routes = router.stack.filter((layer) => layer.route !== undefined && layer.match(path));
  const methods = routes.flatMap(({ route }) => Object.keys(route?.methods ?? {}));
  const known = methods.filter((method) => method !== '_all').map((method) => method.toUpperCase());
  return [...new Set([...known, ...(servedElsewhere.get(path) ?? [])])];
}
