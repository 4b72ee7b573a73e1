import { randomBytes } from 'node:crypto';
import type { Fault } from '../validation/faults.js';

/** A refusal, ready to be written. Bodies follow Vonage's published examples. */
export interface Problem {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

const ERRORS = 'https://developer.vonage.com/api-errors';

/** Vonage identifies each occurrence by 32 hexadecimal digits. */
export const newInstance = (): string => randomBytes(16).toString('hex');

const problem = (
  status: number,
  type: string,
  title: string,
  detail?: string,
  extra: Readonly<Record<string, unknown>> = {},
): Problem => ({
  status,
  body: {
    type,
    title,
    ...(detail === undefined ? {} : { detail }),
    instance: newInstance(),
    ...extra,
  },
});

/** The misspelt fragment is Vonage's own. */
export const unauthorized = (): Problem =>
  problem(
    401,
    `${ERRORS}/#unathorized`,
    'You did not provide correct credentials.',
    "Check that you're using the correct credentials, and that your account has this feature enabled",
  );

/** The credentials are valid, but belong to another application. The misspelt title is Vonage's. */
export const unprovisioned = (): Problem =>
  problem(
    401,
    `${ERRORS}/#unprovisioned`,
    'The crendentials provided do not have access to the requested product',
    'Check your API key is correct and has been whitelisted',
  );

export const lowBalance = (): Problem =>
  problem(
    402,
    `${ERRORS}/#low-balance`,
    'Low balance',
    'This request could not be performed due to your account balance being low.',
  );

export const forbidden = (): Problem =>
  problem(
    403,
    `${ERRORS}#forbidden`,
    'Forbidden',
    'Your account does not have permission to perform this action.',
  );

export const notFound = (detail: string): Problem =>
  problem(404, `${ERRORS}#not-found`, 'Not Found', detail);

export const bodyTooLarge = (bytesMax: number): Problem =>
  problem(413, ERRORS, 'Payload Too Large', `A request may hold at most ${bytesMax} bytes.`);

export const invalidJson = (detail: string): Problem =>
  problem(422, `${ERRORS}#invalid-json`, 'The request body did not contain valid JSON', detail);

export const unsupportedChannel = (): Problem =>
  problem(
    422,
    `${ERRORS}/messages#1100`,
    'Unsupported channel',
    'The specified channel is not supported.',
  );

export const invalidMessageType = (): Problem =>
  problem(
    422,
    `${ERRORS}/messages#1140`,
    'Invalid message type',
    'The `message_type` parameter is invalid for the given channel.',
  );

export const invalidParams = (faults: readonly Fault[]): Problem =>
  problem(
    422,
    `${ERRORS}/messages#1150`,
    'Invalid params',
    'The value of one or more parameters is invalid.',
    { invalid_parameters: faults },
  );

export const unsupportedOperation = (): Problem =>
  problem(
    422,
    ERRORS,
    'Operation not supported',
    'This operation is not supported for this channel.',
  );

export const invalidFilter = (detail: string): Problem =>
  problem(422, `${ERRORS}/reports#invalid-filter`, 'Invalid filter', detail);

export interface RateLimitState {
  readonly limit: number;
  readonly remaining: number;
  /** Vonage sends epoch milliseconds here, although it describes a Unix timestamp. */
  readonly resetAtMs: number;
  readonly retryAfterSeconds: number;
}

export const rateLimitHit = (state: RateLimitState): Problem => ({
  ...problem(429, `${ERRORS}#rate-limit`, 'Rate Limit Hit', 'Please wait, then retry your request'),
  headers: {
    'X-RateLimit-Limit': String(state.limit),
    'X-RateLimit-Remaining': String(state.remaining),
    'X-RateLimit-Reset': String(state.resetAtMs),
    'Retry-After': String(state.retryAfterSeconds),
  },
});

/** Vonage's example carries no detail. */
export const internalError = (): Problem => problem(500, ERRORS, 'Internal Server Error');

export const unavailable = (detail: string): Problem =>
  problem(503, ERRORS, 'Service Unavailable', detail);
