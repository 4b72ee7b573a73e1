import type { Fault } from '../../../application/errors.js';

/** Additional parts of an answer. */
export interface ProblemDetails {
  readonly faults?: readonly Fault[];
  readonly retryAfterSeconds?: number;
}

/** A fault of a request with an HTTP status of its own. */
export class HttpProblem extends Error {
  readonly faults: readonly Fault[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly status: number,
    /** Tells the caller how to correct it. */
    readonly detail: string,
    { faults = [], retryAfterSeconds }: ProblemDetails = {},
  ) {
    super(detail);
    this.name = 'HttpProblem';
    this.faults = faults;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
