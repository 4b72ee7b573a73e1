import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { ErrorRequestHandler, Response } from 'express';
import type { Logger } from '../../../application/ports/logger.js';
import { HttpProblem } from './http-problem.js';
import { RETRY_AFTER_SECONDS, toProblem } from './problem.js';

/** Turns whatever a route throws into a problem document. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    answerProblem(error, host.switchToHttp().getResponse<Response>(), this.logger);
  }
}

/** The same for what fails outside of routes, such as a body that cannot be parsed. */
export const answerErrors =
  (logger: Logger): ErrorRequestHandler =>
  // Express tells an error handler by its four parameters.
  (error: unknown, _request, response, _next) =>
    answerProblem(error, response, logger);

function answerProblem(error: unknown, response: Response, logger: Logger): void {
  const problem = toProblem(error);
  if (problem.status >= 500) {
    logger.error({ instance: problem.instance, error }, 'A request failed for a reason of ours.');
  }
  // A stream that has begun cannot become a problem document; ending it early is all that is left.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (problem.status === 401 && !response.hasHeader('WWW-Authenticate')) {
    response.setHeader('WWW-Authenticate', 'Bearer realm="waybill"');
  }
  const retryAfterSeconds = error instanceof HttpProblem ? error.retryAfterSeconds : undefined;
  if (retryAfterSeconds !== undefined || problem.status === 503) {
    response.setHeader('Retry-After', retryAfterSeconds ?? RETRY_AFTER_SECONDS);
  }
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
