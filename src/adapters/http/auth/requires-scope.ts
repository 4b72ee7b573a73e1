import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { Scope } from '../../../domain/keys/key-scopes.js';

export const REQUIRED_SCOPE = 'required-scope';

/** The route needs a key with this scope, or with `admin`. A route without this is open to everybody. */
export const RequiresScope = (scope: Scope): CustomDecorator => SetMetadata(REQUIRED_SCOPE, scope);

export const OPEN_ON_LOOPBACK = 'open-on-loopback';

/** The route that requires a scope is open to everybody on this machine, where nothing else is known to reach the service. */
export const OpenOnLoopback = (): CustomDecorator => SetMetadata(OPEN_ON_LOOPBACK, true);
