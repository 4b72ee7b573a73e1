import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { scopes } from '../../../domain/keys/key-scopes.js';
import { complete } from '../documentation/schema-parts.js';
import { SignInDto } from './session.dto.js';

const session = complete({
  state: {
    enum: ['signed-in', 'signed-out', 'open'],
    description: '`open`: the service runs without API keys, on loopback, and asks for none.',
  },
  name: {
    anyOf: [{ type: 'string' }, { type: 'null' }],
    description: 'Name of the API key; null unless signed in.',
  },
  scopes: {
    type: 'array',
    items: { enum: [...scopes] },
    description: 'What the person may see and do.',
  },
  expiresAt: {
    anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }],
    description: 'When the session ends at the latest.',
  },
});

const problem = (status: number, description: string): MethodDecorator =>
  ApiResponse({
    status,
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  });

export const DescribeSession = (): MethodDecorator =>
  applyDecorators(
    ApiTags('window'),
    ApiOperation({
      operationId: 'getSession',
      summary: 'Read the session',
      description: 'For the window in a browser. Programs send their API key with each request.',
    }),
    ApiResponse({ status: 200, description: 'The session.', schema: session }),
    problem(400, 'The request has faults; `errors` names all of them.'),
    problem(401, 'The API key of the session no longer works.'),
    problem(403, 'A page of another origin asked.'),
    problem(503, 'Not now; ask again after Retry-After seconds.'),
  );

export const DescribeSignIn = (): MethodDecorator =>
  applyDecorators(
    ApiTags('window'),
    ApiOperation({
      operationId: 'signIn',
      summary: 'Sign in with an API key',
      description:
        'Sets a session cookie: HttpOnly, SameSite=Strict, Secure over HTTPS. It holds no key, lasts 12 hours at most, and ends when the key is revoked.',
    }),
    ApiBody({ type: SignInDto }),
    ApiResponse({ status: 201, description: 'The session.', schema: session }),
    problem(400, 'The request has faults; `errors` names all of them.'),
    problem(401, 'The API key is not known, or no longer valid.'),
    problem(403, 'A page of another origin asked.'),
    problem(413, 'The body is too large.'),
    problem(415, 'The body is not JSON.'),
    problem(429, 'Too many wrong API keys. Wait for Retry-After.'),
    problem(503, 'Not now; send it again after Retry-After seconds.'),
  );

export const DescribeSignOut = (): MethodDecorator =>
  applyDecorators(
    ApiTags('window'),
    ApiOperation({
      operationId: 'signOut',
      summary: 'Sign out',
      description: 'Ends the session and removes its cookie. Without a session it does nothing.',
    }),
    ApiResponse({ status: 204, description: 'Signed out.' }),
    problem(400, 'The request has faults; `errors` names all of them.'),
    problem(403, 'A page of another origin asked.'),
  );
