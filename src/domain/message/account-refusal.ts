import { isDirect } from './direct-channels.js';
import type { AttemptRefusal } from './message-events.js';

/**
 * The thing that Vonage refuses, when it refuses a call for a reason outside the message. `account`: its credentials,
 * its credit or the configured address (HTTP 401, 402). `sender`: the sender on its channel (HTTP 403), and every fault
 * of the configuration of a channel beside Vonage. `pace`: the number of calls (HTTP 429).
 */
export type RefusedPart = 'account' | 'sender' | 'pace';

/** Returns null when the refusal is about the message, or does not tell. */
export function refusedPart(
  { httpStatus, class: errorClass }: Pick<AttemptRefusal, 'httpStatus' | 'class'>,
  channel: string,
): RefusedPart | null {
  // The mail server of one step must hold nothing that goes through Vonage.
  if (isDirect(channel)) return errorClass === 'configuration' ? 'sender' : null;
  if (httpStatus === 429) return 'pace';
  if (errorClass !== 'configuration') return null;
  return httpStatus === 403 ? 'sender' : 'account';
}
