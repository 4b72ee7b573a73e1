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

/** All problems with the same code share these values. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** Tells the caller how to correct or repeat the request. */
  readonly advice: string;
}

/** The HTTP form of each error code. A new error code does not compile until it has a line here. */
export const problemKinds: Readonly<Record<ErrorCode, ProblemKind>> = {
  'message-not-found': {
    status: 404,
    title: 'There is no such message',
    advice:
      'Compare the id with the answer to the send, or look for the message by GET /v1/messages with `to`, `reference` or `messageUuid`.',
  },
  'inbound-not-found': {
    status: 404,
    title: 'There is no such inbound message',
    advice: 'The id is the `message_uuid` of Vonage. GET /v1/inbound lists what was received.',
  },
  'person-not-found': {
    status: 404,
    title: 'Nothing is recorded about this number',
    advice:
      'Compare the number with that of a message. The address of a fallback is erased with the number of its message.',
  },
  'ledger-not-encrypted': {
    status: 409,
    title: 'The ledger holds the person in plain text',
    advice:
      'Encrypt the ledger by `npm run migrate-ledger -- --encrypt`, then ask again. Nothing was erased.',
  },
  'message-erased': {
    status: 410,
    title: 'The data of the message was erased',
    advice:
      'Nothing is sent for this Idempotency-Key. Send a new message with another key, if the person wants one.',
  },
  'webhook-not-found': {
    status: 404,
    title: 'There is no such webhook',
    advice:
      'GET /v1/quarantine and GET /v1/messages/{id}/events tell `stream` and `revision` of the webhooks that are kept.',
  },
  'webhook-erased': {
    status: 410,
    title: 'The body of the webhook was erased',
    advice:
      'What the webhook said of the person is destroyed and cannot be replayed. Nothing is left to do.',
  },
  'log-entry-not-found': {
    status: 404,
    title: 'The transparency log holds no such thing yet',
    advice:
      'The log follows the ledger within a second: ask again. Otherwise compare the name with the size in GET /v1/log/checkpoint.',
  },
  'idempotency-key-reused': {
    status: 422,
    title: 'The Idempotency-Key belongs to another request',
    advice:
      'Use a new Idempotency-Key for each message, and the same one only to repeat the same request.',
  },
  'message-not-cancellable': {
    status: 409,
    title: 'The message can no longer be withdrawn',
    advice:
      'Only what is not yet handed to Vonage can be withdrawn. GET /v1/messages/{id} says what became of the message.',
  },
  'message-not-unknown': {
    status: 409,
    title: 'The outcome of the message is not unknown',
    advice:
      'The `detail` says why. Only an unknown outcome can be decided; a message that is over is sent again by POST /v1/messages/{id}/resend.',
  },
  'message-not-resendable': {
    status: 409,
    title: 'The message cannot be sent again',
    advice:
      'The `detail` says why. One that is not over yet is sent again after its end at the earliest.',
  },
  'message-already-reported': {
    status: 409,
    title: 'The message is known from reports already',
    advice:
      'The message was sent before this ledger was restored, and is not sent again. GET /v1/messages/{id} shows its reports. To send another, use a new Idempotency-Key.',
  },
  'endpoint-not-found': {
    status: 404,
    title: 'There is no such webhook endpoint',
    advice: 'GET /v1/webhook-endpoints lists the endpoints.',
  },
  'too-many-endpoints': {
    status: 409,
    title: 'There are too many webhook endpoints',
    advice: 'Delete an endpoint that nobody needs.',
  },
  'recipient-opted-out': {
    status: 409,
    title: 'The recipient has opted out',
    advice:
      'Do not send to this person until they write START, or ask for texts in another way: DELETE /v1/suppressions/{number}. A text that must be sent all the same takes `overrideOptOut` (scope `admin`).',
  },
  'review-not-waiting': {
    status: 409,
    title: 'No text of this contact waits for a person',
    advice:
      'Nothing is left to decide: somebody has decided already, or no text waited. GET /v1/contacts/{number} shows the consent.',
  },
  'sending-not-held': {
    status: 409,
    title: 'Sending is not held',
    advice:
      'Nothing is left to release, or only senders are held: release those without `waiting: unknown`. GET /v1/sending says what sending waits for, if it does.',
  },
  'sending-held-again': {
    status: 409,
    title: 'Sending was held again before it was released',
    advice: 'Look at the new hold in GET /v1/sending, and release that.',
  },
  'waiting-undecided': {
    status: 409,
    title: 'Waiting messages may have been sent already: say what becomes of them',
    advice:
      'Give `waiting`: `send` sends what waits, and people may get a text twice; `unknown` sends none of it and records each as of unknown outcome.',
  },
  'invalid-request': {
    status: 400,
    title: 'The request has faults',
    advice:
      'Mend every fault that `errors` names, and send the request again. The same request is refused again.',
  },
  'key-not-found': {
    status: 404,
    title: 'There is no such API key',
    advice: 'GET /v1/keys lists the API keys by their names.',
  },
  'key-name-taken': {
    status: 409,
    title: 'The name of the API key is taken',
    advice:
      'Take another name. That of a revoked key stays taken, because messages are told apart by it.',
  },
  'key-configured': {
    status: 409,
    title: 'The API key comes from the configuration',
    advice: 'Take the key out of API_KEYS, and start the service again.',
  },
  'too-many-keys': {
    status: 409,
    title: 'There are too many API keys',
    advice: 'Use a key that is there already. Revoked keys count, because the ledger names them.',
  },
  'rate-limited': {
    status: 429,
    title: 'The API key is used more often than its limit allows',
    advice: 'Wait as many seconds as Retry-After says, and send fewer requests a second.',
  },
  'spend-limit': {
    status: 429,
    title: 'A cap on messages or cost per day is reached',
    advice:
      'Wait until the cap begins anew at midnight UTC, or have it raised. GET /v1/limits shows caps and use. Nothing was sent.',
  },
  'recipient-limit': {
    status: 429,
    title: 'The recipient was sent to often enough this hour',
    advice: 'Wait as many seconds as Retry-After says. Nothing was sent.',
  },
  'country-not-allowed': {
    status: 403,
    title: 'Messages to this country are not allowed',
    advice:
      'Compare the number with the country that you meant. Whoever runs the service decides which countries are allowed. Nothing was sent.',
  },
  'too-many-waiting': {
    status: 503,
    title: 'Too many requests are waiting',
    advice:
      'Send the request again after Retry-After, with the same Idempotency-Key. Fewer requests at the same time are answered sooner.',
  },
  'concurrency-conflict': {
    status: 503,
    title: 'Others changed the message at the same time',
    advice: 'Send the request again, with the same Idempotency-Key.',
  },
  'store-unavailable': {
    status: 503,
    title: 'A store cannot be used at the moment',
    advice:
      'Send the request again after Retry-After, with the same Idempotency-Key if it had one. If it lasts, /health/ready and the log say why.',
  },
  'erasure-incomplete': {
    status: 503,
    title: 'The erasure is not complete',
    advice:
      'Ask again until the certificate comes: that goes on where it ended. The log says what was in the way, and /health/ready?part=erasure reminds of it.',
  },
  'append-outcome-unknown': {
    status: 503,
    title: 'It is not known whether it was recorded',
    advice:
      'Send the request again with the same Idempotency-Key, by which nothing is recorded twice. Without one, look first whether it was recorded.',
  },
  'projector-unavailable': {
    status: 503,
    title: 'The read models are not updated at the moment',
    advice:
      'Ask again after Retry-After. GET /v1/messages/{id} answers meanwhile; /health/ready says why if it lasts.',
  },
  'vonage-refused': {
    status: 502,
    title: 'Vonage did not answer the question',
    advice:
      'The `detail` says how Vonage answered, and what to look at. What was recorded by then stays.',
  },
  'invalid-append': {
    status: 500,
    title: 'Internal Server Error',
    advice: 'The fault is ours. Our log has the cause beside the `instance` of the problem.',
  },
  'undecodable-event': {
    status: 500,
    title: 'An event of it is damaged and cannot be read',
    advice:
      'GET /v1/messages/{id}/events shows what is whole. Whoever runs the service finds the cause by `npm run verify`.',
  },
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
  'Nothing is wrong with the request. Send it again later, with the same Idempotency-Key if it had one.';
const PERHAPS =
  'It may have been recorded. Send it again with the same Idempotency-Key, by which nothing is recorded twice; without one, look first whether it was.';
const INCOMPLETE =
  'The keys are destroyed, so nobody can read in the ledger what was recorded about the person. Lists may still hold number and text: ask again, until the certificate comes.';

function detailOf({ code, message }: ApplicationError): string {
  if (code === 'append-outcome-unknown') return PERHAPS;
  if (code === 'erasure-incomplete') return INCOMPLETE;
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
