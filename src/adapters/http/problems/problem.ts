import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import {
  ApplicationError,
  InvalidRequest,
  type ErrorCode,
  type Fault,
} from '../../../application/errors.js';
import { HttpProblem } from './http-problem.js';

/** An RFC 9457 problem document. */
export interface Problem {
  /** Names the kind of problem; stable. `about:blank` where the HTTP status says it all. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Ties an answer to the log line that has the cause. */
  readonly instance: string;
  /** Every fault of the request, where there are several places to look at. */
  readonly errors?: readonly Fault[];
}

/** What each kind means over HTTP. A new error code does not compile until it has a line here. */
export const problemKinds: Readonly<
  Record<ErrorCode, { readonly status: number; readonly title: string }>
> = {
  'message-not-found': { status: 404, title: 'There is no such message' },
  'inbound-not-found': { status: 404, title: 'There is no such inbound message' },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
  },
  'message-not-cancellable': { status: 409, title: 'The message can no longer be withdrawn' },
  'message-already-reported': { status: 409, title: 'The message is known from reports already' },
  'invalid-request': { status: 400, title: 'The request has faults' },
  'too-many-waiting': { status: 503, title: 'Too many requests are waiting' },
  'concurrency-conflict': { status: 503, title: 'Others changed the message at the same time' },
  'store-unavailable': { status: 503, title: 'The event store is unavailable' },
  'append-outcome-unknown': { status: 503, title: 'It is not known whether it was recorded' },
  'projector-unavailable': { status: 503, title: 'The read models are not updated at the moment' },
  'invalid-append': { status: 500, title: 'Internal Server Error' },
  'undecodable-event': { status: 500, title: 'Internal Server Error' },
};

/** Where a code is explained; served by `ProblemsController`. */
export const problemType = (code: ErrorCode): string => `/problems/${code}`;

/** Seconds after which a caller may try again what failed for a reason of ours. */
export const RETRY_AFTER_SECONDS = 5;

export function toProblem(error: unknown): Problem {
  const instance = `urn:uuid:${randomUUID()}`;
  if (error instanceof ApplicationError) return ofApplication(error, instance);
  if (error instanceof HttpProblem) {
    return blank(error.status, error.detail, instance, error.faults);
  }
  if (error instanceof HttpException) return blank(error.getStatus(), error.message, instance);
  return ofBodyParser(error, instance) ?? ours(instance);
}

function ofApplication(error: ApplicationError, instance: string): Problem {
  const { status, title } = problemKinds[error.code];
  if (status === 500) return ours(instance);
  return {
    type: problemType(error.code),
    title,
    status,
    detail:
      status === 503
        ? 'Nothing is wrong with the request. Send it again later, with the same Idempotency-Key.'
        : error.message,
    instance,
    ...(error instanceof InvalidRequest ? { errors: error.faults } : {}),
  };
}

const blank = (
  status: number,
  detail: string,
  instance: string,
  faults: readonly Fault[] = [],
): Problem => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail,
  instance,
  ...(faults.length > 0 ? { errors: faults } : {}),
});

/** Anything that we do not know is a defect of ours: the caller learns that, the log learns what. */
const ours = (instance: string): Problem =>
  blank(500, 'This is our fault, not yours. The instance above is in our log.', instance);

/** Express' body parser throws plain errors with a type. */
const bodyProblems: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  'entity.parse.failed': [400, 'The body is not valid JSON.'],
  'entity.too.large': [413, 'The body is too large.'],
  'encoding.unsupported': [
    415,
    'The Content-Encoding is not supported: send the body as it is, or use gzip.',
  ],
  'charset.unsupported': [415, 'The charset is not supported: use UTF-8.'],
  'request.aborted': [400, 'The body ended too early.'],
  'request.size.invalid': [400, 'The body does not have the length that Content-Length names.'],
  'entity.verify.failed': [400, 'The body could not be read.'],
};

function ofBodyParser(error: unknown, instance: string): Problem | undefined {
  if (error instanceof URIError) {
    return blank(400, 'The address is not encoded correctly.', instance);
  }
  const { type, code } = (error ?? {}) as { readonly type?: unknown; readonly code?: unknown };
  const known = typeof type === 'string' ? bodyProblems[type] : undefined;
  if (known !== undefined) return blank(known[0], known[1], instance);
  // What cannot be unpacked is reported by the unpacker itself, gzip by Z_… and Brotli by ERR__ERROR_FORMAT_…
  return typeof code === 'string' && /^(Z_|ERR__ERROR_FORMAT_)/.test(code)
    ? blank(400, 'The body is not packed as Content-Encoding says.', instance)
    : undefined;
}
