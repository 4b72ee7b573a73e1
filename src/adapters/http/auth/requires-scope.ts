import { applyDecorators, SetMetadata, type CustomDecorator } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { Scope } from '../../../domain/keys/key-scopes.js';
import { problem } from '../documentation/problem-responses.js';

export const REQUIRED_SCOPE = 'required-scope';

/**
 * The route needs a key with this scope, or with `admin`, and the description of its 403 names the scope: OpenAPI 3.1 has
 * roles in a security requirement, but tools refuse them. A route without this is open to everybody.
 * @param orBecause what else the route answers 403 for
 */
export const RequiresScope = (scope: Scope, orBecause?: string): MethodDecorator =>
  applyDecorators(
    SetMetadata(REQUIRED_SCOPE, scope),
    ApiBearerAuth(),
    problem(
      403,
      `The API key lacks the scope \`${scope}\`${orBecause === undefined ? '' : `, or ${orBecause}`}.`,
    ),
  );

/** The route sends a message at once, which the countries that are allowed may forbid. */
export const RequiresScopeToSend = (): MethodDecorator =>
  RequiresScope('send', 'messages to this country are not allowed');

export const OPEN_ON_LOOPBACK = 'open-on-loopback';

/** The route that requires a scope is open to everybody on this machine, where nothing else is known to reach the service. */
export const OpenOnLoopback = (): CustomDecorator => SetMetadata(OPEN_ON_LOOPBACK, true);
