import type { FuzzAnswer } from './client.js';
import type { FuzzRequest } from './fuzz-request.js';

const PROBLEM = 'application/problem+json';

/** Returns the fault of an answer; null when there is none. */
export function faultOf(
  request: FuzzRequest,
  { status, headers, body }: FuzzAnswer,
): string | null {
  if (status === 503) {
    return headers['retry-after'] === undefined ? 'a 503 without Retry-After' : null;
  }
  if (status >= 500) return `a ${status}: ${excerpt(body)}`;
  if (request.genuine && status !== 204) {
    return `a genuine webhook was answered with ${status}: ${excerpt(body)}`;
  }
  if (request.route.startsWith('/v1/') && status >= 400 && request.method !== 'HEAD') {
    return problemFault(status, headers['content-type'], body);
  }
  return null;
}

/** A refusal must be a problem (RFC 9457) with the same status and an explanation. */
function problemFault(
  status: number,
  contentType: string | undefined,
  body: string,
): string | null {
  if (contentType?.startsWith(PROBLEM) !== true) {
    return `a ${status} as ${contentType ?? 'nothing'}: ${excerpt(body)}`;
  }
  const problem = parsed(body);
  const whole = problem?.status === status && typeof problem.title === 'string';
  return whole ? null : `a ${status} whose body is no problem: ${excerpt(body)}`;
}

function parsed(body: string): { readonly status?: unknown; readonly title?: unknown } | undefined {
  try {
    return JSON.parse(body) as object;
  } catch {
    return undefined;
  }
}

const EXCERPT_LENGTH = 300;

const excerpt = (body: string): string => JSON.stringify(body.slice(0, EXCERPT_LENGTH));
