import type { Fault } from '../../../application/errors.js';

/** A fault of a request that HTTP itself has a status for. */
export class HttpProblem extends Error {
  constructor(
    readonly status: number,
    /** What to do about it. */
    readonly detail: string,
    readonly faults: readonly Fault[] = [],
  ) {
    super(detail);
    this.name = 'HttpProblem';
  }
}
