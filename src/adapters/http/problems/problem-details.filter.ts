import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { ErrorRequestHandler, Response } from 'express';
import { LimitExceeded } from '../../../application/errors.js';
import type { Logger } from '../../../application/ports/logger.js';
import { ThrottledLog } from '../../../application/throttled-log.js';
import { HttpProblem } from './http-problem.js';
import { RETRY_AFTER_SECONDS, toProblem, type Problem } from './problem.js';

/** Turns any error of a route into a problem document. */
@Catch()
export class ProblemDetailsFilter implements ExceptionFilter {
  private readonly log: FailureLog;

  constructor(logger: Logger) {
    this.log = new FailureLog(logger);
  }

  catch(error: unknown, host: ArgumentsHost): void {
    answerProblem(error, host.switchToHttp().getResponse<Response>(), this.log);
  }
}

/** Does the same for errors outside of routes, such as a body that cannot be parsed. */
export const answerErrors = (logger: Logger): ErrorRequestHandler => {
  const log = new FailureLog(logger);
  // Express recognizes an error handler by its four parameters.
  return (error: unknown, _request, response, _next) => answerProblem(error, response, log);
};

/** Logs each defect of ours; logs failures of an overload or an outage once a minute for each kind. */
class FailureLog {
  private readonly outages: ThrottledLog;

  constructor(private readonly logger: Logger) {
    this.outages = new ThrottledLog(logger);
  }

  write({ type, status, detail, instance }: Problem, error: unknown): void {
    const sentence = 'A request failed for a reason of ours.';
    const facts = { instance, error };
    // An `HttpProblem` has no type of its own; its sentence identifies its kind.
    if (status === 503) this.outages.error(`${type} ${detail}`, facts, sentence);
    else if (status >= 500) this.logger.error(facts, sentence);
  }
}

function answerProblem(error: unknown, response: Response, log: FailureLog): void {
  const problem = toProblem(error);
  log.write(problem, error);
  // A stream that has begun cannot become a problem document; it can only be ended early.
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (problem.status === 401 && !response.hasHeader('WWW-Authenticate')) {
    response.setHeader('WWW-Authenticate', 'Bearer realm="waybill"');
  }
  const retryAfterSeconds =
    error instanceof HttpProblem || error instanceof LimitExceeded
      ? error.retryAfterSeconds
      : undefined;
  if (retryAfterSeconds !== undefined || problem.status === 503) {
    response.setHeader('Retry-After', retryAfterSeconds ?? RETRY_AFTER_SECONDS);
  }
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}
