import { isDirect } from './direct-channels.js';
import type { AttemptRefusal } from './message-events.js';

/**
 * The thing that a provider refuses, when it refuses a call for a reason outside the message. `account`: its credentials,
 * its credit or the configured address (HTTP 401, 402). `sender`: the sender on its channel (HTTP 403, or
 * an answer of the mail server to it). `pace`: the number of calls (HTTP 429). `call`: none was made, for a reason of our own.
 */
export type RefusedPart = 'account' | 'sender' | 'pace' | 'call';

/** The code of an attempt that was started, and of which this service knows that it made no call. */
export const NOT_CALLED = 'not-called';

/** Answers of push services that ask for a slower pace. Microsoft's uses 406. */
const asksForSlower = /^(?:fcm-QUOTA_EXCEEDED|fcm(?:-token)?-429|webpush-(?:429|406))$/;
/**
 * A mail server refused the sender before it heard of a recipient; it may take another one. 530, 534, 535 and 538 are about
 * our credentials (RFC 4954).
 */
const isAboutSender = /^smtp-5(?!3[0458]$)\d\d$/;

/** Returns null when the refusal is about the message, or does not tell. */
export function refusedPart(
  {
    httpStatus,
    class: errorClass,
    code = '',
  }: Pick<AttemptRefusal, 'httpStatus' | 'class' | 'code'>,
  channel: string,
): RefusedPart | null {
  if (code === NOT_CALLED) return 'call';
  const isOfVonage = !isDirect(channel);
  if (isOfVonage ? httpStatus === 429 : asksForSlower.test(code)) return 'pace';
  if (errorClass !== 'configuration') return null;
  return (isOfVonage ? httpStatus === 403 : isAboutSender.test(code)) ? 'sender' : 'account';
}
