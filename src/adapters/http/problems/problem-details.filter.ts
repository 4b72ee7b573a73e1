import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Response } from 'express';
import type { Logger } from '../../../application/ports/logger.js';
import { RETRY_AFTER_SECONDS, toProblem, type Problem } from './problem.js';

/** Turns whatever a route throws into a problem document, in one place. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = toProblem(error);
    if (problem.status >= 500) {
      this.logger.error(
        { instance: problem.instance, error },
        'A request failed for a reason of ours.',
      );
    }
    const response = host.switchToHttp().getResponse<Response>();
    // A stream that has begun cannot become a problem document; ending it early is all that is left.
    if (response.headersSent) response.destroy();
    else sendProblem(response, problem);
  }
}

export function sendProblem(response: Response, problem: Problem): void {
  if (problem.status === 503) response.setHeader('Retry-After', RETRY_AFTER_SECONDS);
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
