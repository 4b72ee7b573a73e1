import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import {
  ApplicationError,
  InvalidRequest,
  type ErrorCode,
  type Fault,
} from '../../../application/errors.js';
import { FaultRoom } from './fault-room.js';
import { HttpProblem } from './http-problem.js';

/** An RFC 9457 problem document. */
export interface Problem {
  /** Stable URI of the kind of problem. `about:blank` where the HTTP status says it all. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Links an answer to the log line with the cause. Of the 503s of one kind, one a minute is logged. */
  readonly instance: string;
  /** Every fault of the request, where several places have one. */
  readonly errors?: readonly Fault[];
}

/** The HTTP form of each error code. A new error code does not compile until it has a line here. */
export const problemKinds: Readonly<
  Record<ErrorCode, { readonly status: number; readonly title: string }>
> = {
  'message-not-found': { status: 404, title: 'There is no such message' },
  'inbound-not-found': { status: 404, title: 'There is no such inbound message' },
  'person-not-found': { status: 404, title: 'Nothing is recorded about this number' },
  'ledger-not-encrypted': { status: 409, title: 'The ledger holds the person in plain text' },
  'message-erased': { status: 410, title: 'The data of the message was erased' },
  'webhook-not-found': { status: 404, title: 'There is no such webhook' },
  'webhook-erased': { status: 410, title: 'The body of the webhook was erased' },
  'log-entry-not-found': { status: 404, title: 'The transparency log holds no such thing yet' },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
  },
  'message-not-cancellable': { status: 409, title: 'The message can no longer be withdrawn' },
  'message-not-unknown': { status: 409, title: 'The outcome of the message is not unknown' },
  'message-not-resendable': { status: 409, title: 'The message cannot be sent again' },
  'message-already-reported': { status: 409, title: 'The message is known from reports already' },
  'endpoint-not-found': { status: 404, title: 'There is no such webhook endpoint' },
  'too-many-endpoints': { status: 409, title: 'There are too many webhook endpoints' },
  'recipient-opted-out': { status: 409, title: 'The recipient has opted out' },
  'review-not-waiting': { status: 409, title: 'No text of this contact waits for a person' },
  'sending-not-held': { status: 409, title: 'Sending is not held' },
  'sending-held-again': { status: 409, title: 'Sending was held again before it was released' },
  'waiting-undecided': {
    status: 409,
    title: 'Waiting messages may have been sent already: say what becomes of them',
  },
  'invalid-request': { status: 400, title: 'The request has faults' },
  'key-not-found': { status: 404, title: 'There is no such API key' },
  'key-name-taken': { status: 409, title: 'The name of the API key is taken' },
  'key-configured': { status: 409, title: 'The API key comes from the configuration' },
  'too-many-keys': { status: 409, title: 'There are too many API keys' },
  'rate-limited': { status: 429, title: 'The API key is used more often than its limit allows' },
  'spend-limit': { status: 429, title: 'A cap on messages or cost per day is reached' },
  'recipient-limit': { status: 429, title: 'The recipient was sent to often enough this hour' },
  'country-not-allowed': { status: 403, title: 'Messages to this country are not allowed' },
  'too-many-waiting': { status: 503, title: 'Too many requests are waiting' },
  'concurrency-conflict': { status: 503, title: 'Others changed the message at the same time' },
  'store-unavailable': { status: 503, title: 'The ledger cannot be used at the moment' },
  'append-outcome-unknown': { status: 503, title: 'It is not known whether it was recorded' },
  'projector-unavailable': { status: 503, title: 'The read models are not updated at the moment' },
  'vonage-refused': { status: 502, title: 'Vonage did not answer the question' },
  'invalid-append': { status: 500, title: 'Internal Server Error' },
  'undecodable-event': { status: 500, title: 'An event of it is damaged and cannot be read' },
};

/** The address that explains a code; served by `ProblemsController`. */
export const problemType = (code: ErrorCode): string => `/problems/${code}`;

/** Seconds until a caller may retry after a fault of ours. */
export const RETRY_AFTER_SECONDS = 5;

const newInstance = (): string => `urn:uuid:${randomUUID()}`;

/** Without an error, whose stack takes a quarter of the time of a short answer. */
export const plainProblem = (status: number, detail: string): Problem =>
  blank(status, detail, newInstance());

/** @param room limits the faults of the whole answer; an answer with several problems shares one */
export function toProblem(error: unknown, room = new FaultRoom()): Problem {
  const instance = newInstance();
  if (error instanceof ApplicationError) return ofApplication(error, instance, room);
  if (error instanceof HttpProblem) {
    return blank(error.status, error.detail, instance, room.fit(error.faults));
  }
  if (error instanceof HttpException) return blank(error.getStatus(), error.message, instance);
  // Express itself throws it for a `%` that starts no valid byte.
  if (error instanceof URIError) {
    return blank(400, 'The address is not encoded correctly.', instance);
  }
  return ours(instance);
}

const NOT_NOW =
  'Nothing is wrong with the request. Send it again later, with the same Idempotency-Key.';
const PERHAPS =
  'It may have been recorded. Send it again with the same Idempotency-Key, by which nothing is recorded twice; without one, look first whether it was.';

function detailOf({ code, message }: ApplicationError): string {
  if (code === 'append-outcome-unknown') return PERHAPS;
  if (problemKinds[code].status === 503) return NOT_NOW;
  return code === 'undecodable-event'
    ? `${message}. GET /v1/messages/{id}/events shows what is whole.`
    : message;
}

function ofApplication(error: ApplicationError, instance: string, room: FaultRoom): Problem {
  const { status, title } = problemKinds[error.code];
  if (error.code === 'invalid-append') return ours(instance);
  return {
    type: problemType(error.code),
    title,
    status,
    detail: status === 503 ? detailOf(error) : room.sentence(detailOf(error), title),
    instance,
    ...(error instanceof InvalidRequest ? { errors: room.fit(error.faults) } : {}),
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

/** An unknown error is a defect of ours: the caller learns only that, the log has the cause. */
const ours = (instance: string): Problem =>
  blank(
    500,
    'The fault is ours, not yours. Our log has the cause beside this `instance`.',
    instance,
  );
