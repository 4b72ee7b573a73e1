import { errorsOf, faultsOf } from '../validation/faults.js';
import { sendRequest } from '../validation/validators.js';
import { invalidMessageType, invalidParams, unsupportedChannel, type Problem } from './problems.js';

/**
 * Null when Vonage would take the request. An unknown channel or message type has its own problem,
 * because nothing else can be checked without them; all other faults are named together.
 */
export function validateSendRequest(body: unknown): Problem | null {
  const errors = errorsOf(sendRequest, body);
  const isUnknown = (path: string): boolean =>
    errors.some(
      ({ instancePath, keyword, data }) =>
        instancePath === path && keyword === 'enum' && typeof data === 'string',
    );
  if (isUnknown('/channel')) return unsupportedChannel();
  if (isUnknown('/message_type')) return invalidMessageType();
  return errors.length === 0 ? null : invalidParams(faultsOf(errors));
}
