import type { components } from './schema.js';

/** A problem document, RFC 9457. */
export type Problem = components['schemas']['Problem'];

/** The service refused a request. The message says what to do; `problem` names every fault. */
export class WaybillError extends Error {
  override readonly name = 'WaybillError';

  constructor(
    readonly status: number,
    readonly problem: Problem,
    /** Seconds after which it may be sent again; null where the service named none. */
    readonly retryAfterSeconds: number | null,
  ) {
    // The detail tells the faults of `errors` too.
    super(problem.detail ?? problem.title);
  }
}

/** The service's own words; an answer of something in between, such as a proxy, has none. */
export function errorOf(response: Response, body: unknown): WaybillError {
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const problem = isProblem(body) ? body : unknownProblem(response.status);
  return new WaybillError(response.status, problem, Number.isFinite(seconds) ? seconds : null);
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'type' in body && 'title' in body;

const unknownProblem = (status: number): Problem => ({
  type: 'about:blank',
  title: `HTTP ${status}`,
  status,
  instance: '',
  detail: `The answer was HTTP ${status}, without a problem document of Waybill.`,
});
