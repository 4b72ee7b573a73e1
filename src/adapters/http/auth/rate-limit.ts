import type { Response } from 'express';
import type { KeyHolder } from '../../../application/access/authenticate-key.js';
import type { RateState, RequestRate } from '../../../application/access/request-rate.js';
import { ApplicationError } from '../../../application/errors.js';

const WINDOW_SECONDS = 1;

/**
 * Counts a request of a key that has a limit, and tells the caller the remaining quota
 * (draft-ietf-httpapi-ratelimit-headers-10: both fields are lists of structured fields, RFC 9651).
 * @throws ApplicationError `rate-limited`
 */
export function limitRate(
  rate: RequestRate,
  { name, limits }: KeyHolder,
  response: Response,
): void {
  const { requestsPerSecond } = limits;
  if (requestsPerSecond === null) return;
  const state = rate.take(name, requestsPerSecond);
  response.setHeader('RateLimit-Policy', `"requests";q=${requestsPerSecond};w=${WINDOW_SECONDS}`);
  response.setHeader('RateLimit', `"requests";r=${state.remaining};t=${secondsOf(state.resetMs)}`);
  if (!state.allowed) refuse(state, response);
}

function refuse({ requestsPerSecond, waitMs }: RateState, response: Response): never {
  response.setHeader('Retry-After', secondsOf(waitMs));
  throw new ApplicationError(
    'rate-limited',
    `This API key may make ${requestsPerSecond === 1 ? '1 request' : `${requestsPerSecond} requests`} a second. Wait as many seconds as Retry-After says, and send fewer.`,
  );
}

const secondsOf = (milliseconds: number): number => Math.ceil(milliseconds / 1000);
