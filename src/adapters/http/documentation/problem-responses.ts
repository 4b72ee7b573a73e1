import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

export const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance'],
  properties: {
    type: { type: 'string', example: '/problems/invalid-request' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: {
      type: 'string',
      description:
        'Also in the log line that has the cause. Of the 503s of one kind, one a minute is logged.',
    },
    errors: {
      type: 'array',
      description: 'Every fault of the request.',
      items: {
        type: 'object',
        required: ['detail'],
        properties: {
          pointer: { type: 'string', example: '/to', description: 'JSON pointer into the body.' },
          parameter: { type: 'string', description: 'Query parameter or header.' },
          detail: { type: 'string' },
        },
      },
    },
  },
};

const meanings = {
  400: 'The request has faults; `errors` names all of them.',
  401: 'The API key is missing, not known, revoked or expired.',
  404: 'There is no such thing.',
  409: 'The state does not allow it.',
  410: 'The data that this needs was erased.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'The Idempotency-Key belongs to another request.',
  429: 'Too many requests or messages: a rate, a cap or the limit of a recipient is reached, or too many API keys were wrong. Wait for Retry-After.',
  503: 'Not now; send it again after Retry-After seconds, with the same Idempotency-Key.',
} as const;

export type DescribedStatus = keyof typeof meanings;

const retryAfter = { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } };

/** The headers of a refusal, by its status. */
const carried: Readonly<Record<number, object>> = {
  401: {
    headers: {
      'WWW-Authenticate': {
        description: 'How the API key is sent.',
        schema: { type: 'string', example: 'Bearer realm="waybill"' },
      },
    },
  },
  429: { headers: retryAfter },
  503: { headers: retryAfter },
};

/** Answers of every status carry them, and say the same. */
const rateLimits = {
  RateLimit: {
    description:
      'With a key that has a limit: `r` requests are left, and all of them again in `t` seconds.',
    schema: { type: 'string', example: '"requests";r=0;t=1' },
  },
  'RateLimit-Policy': {
    description: 'With a key that has a limit: `q` requests in `w` seconds.',
    schema: { type: 'string', example: '"requests";q=10;w=1' },
  },
};

/** Documents an answer with a problem document. */
export const problem = (
  status: number,
  description: string,
  headers: object = carried[status] ?? {},
): MethodDecorator =>
  ApiResponse({
    status,
    description,
    ...headers,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });

/** Documents a route without key or input: it refuses only what is not HTTP. */
export const DescribePublic = problem(400, 'The request is not valid HTTP.');

/** Documents the problem documents that a route with a key may answer, beside the 403 of its scope. */
export const DescribeProblems = (...statuses: readonly DescribedStatus[]): MethodDecorator =>
  applyDecorators(
    ...([401, ...statuses, 429, 503] as const).map((status) =>
      status === 429
        ? problem(status, meanings[status], { headers: { ...retryAfter, ...rateLimits } })
        : problem(status, meanings[status]),
    ),
  );
