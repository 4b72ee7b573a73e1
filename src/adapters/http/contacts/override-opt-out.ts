import type { SoundMessage } from '../../../application/sending/compose-request.js';
import type { AuthenticatedRequest } from '../auth/api-key.guard.js';
import { HttpProblem } from '../problems/http-problem.js';

/** @throws HttpProblem 403 where a caller who is no administrator overrides a person's wish */
export function checkOverride(
  { request }: SoundMessage,
  { isAdmin }: Pick<AuthenticatedRequest, 'isAdmin'>,
): void {
  if (request.overrideOptOut === null || isAdmin === true) return;
  throw new HttpProblem(403, 'overrideOptOut needs an API key with the scope admin.');
}
