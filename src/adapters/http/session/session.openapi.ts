import { ApiBody, ApiResponse } from '@nestjs/swagger';
import { scopes } from '../../../domain/keys/key-scopes.js';
import { answer, openOperation } from '../documentation/operation.js';
import { problem } from '../documentation/problem-responses.js';
import { complete, nullable, text, time } from '../documentation/schema-parts.js';
import { SignInDto } from './session.dto.js';

const session = complete({
  state: {
    enum: ['signed-in', 'signed-out', 'open'],
    description: '`open`: the service runs without API keys, on loopback, and asks for none.',
  },
  name: {
    ...nullable(text),
    description: 'Name of the API key; null unless signed in.',
  },
  scopes: {
    type: 'array',
    items: { enum: [...scopes] },
    description: 'What the person may see and do.',
  },
  expiresAt: {
    ...nullable(time),
    description: 'When the session ends at the latest.',
  },
});

const setCookie = (description: string) => ({
  'Set-Cookie': { description, schema: { type: 'string' } },
});

const faulty = problem(400, 'The request has faults; `errors` names all of them.');
const ofAnotherOrigin = problem(403, 'A page of another origin asked.');

export const DescribeSession = openOperation({
  tag: 'window',
  operationId: 'getSession',
  summary: 'Read the session',
  description: 'For the window in a browser. Programs send their API key with each request.',
  parts: [
    answer('The session.', session),
    faulty,
    problem(401, 'The API key of the session no longer works.'),
    ofAnotherOrigin,
    problem(503, 'Not now; ask again after Retry-After seconds.'),
  ],
});

export const DescribeSignIn = openOperation({
  tag: 'window',
  operationId: 'signIn',
  summary: 'Sign in with an API key',
  description:
    'Sets a session cookie: HttpOnly, SameSite=Strict, Secure over HTTPS. It holds no key, lasts 12 hours at most, and ends when the key is revoked.',
  parts: [
    ApiBody({ type: SignInDto }),
    ApiResponse({
      status: 201,
      description: 'The session.',
      schema: session,
      headers: setCookie('The session cookie.'),
    }),
    faulty,
    problem(401, 'The API key is not known, or no longer valid.'),
    ofAnotherOrigin,
    problem(408, 'The body did not arrive in time.'),
    problem(413, 'The body is too large.'),
    problem(415, 'The body is not JSON.'),
    problem(429, 'Too many wrong API keys. Wait for Retry-After.'),
    problem(503, 'Not now; send it again after Retry-After seconds.'),
  ],
});

export const DescribeSignOut = openOperation({
  tag: 'window',
  operationId: 'signOut',
  summary: 'Sign out',
  description:
    'Removes the cookie, and ends the session on this instance. A copy of the cookie works on others, and after a restart, until the session is over or its key is revoked. Without a session it does nothing.',
  parts: [
    ApiResponse({
      status: 204,
      description: 'Signed out.',
      headers: setCookie('Removes the session cookie.'),
    }),
    faulty,
    ofAnotherOrigin,
  ],
});
