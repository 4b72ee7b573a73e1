import type { Fault } from '../../../application/errors.js';

/** What else an answer says. */
export interface ProblemDetails {
  readonly faults?: readonly Fault[];
  readonly retryAfterSeconds?: number;
}

/** A fault of a request that HTTP itself has a status for. */
export class HttpProblem extends Error {
  readonly faults: readonly Fault[];
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly status: number,
    /** What to do about it. */
    readonly detail: string,
    { faults = [], retryAfterSeconds }: ProblemDetails = {},
  ) {
    super(detail);
    this.name = 'HttpProblem';
    this.faults = faults;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
