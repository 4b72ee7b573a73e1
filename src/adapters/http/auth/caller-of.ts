import type { Caller } from '../../../application/access/caller.js';
import type { AuthenticatedRequest } from './api-key.guard.js';

/** The caller of a request, as the guard found them. */
export const callerOf = ({ actor, limits }: AuthenticatedRequest): Caller => ({ actor, limits });
