import type { AttemptOutcome, AttemptRequest } from '../../application/ports/sms-gateway.js';
import type { DeliveryErrorClass } from '../../domain/delivery-errors/delivery-error.js';
import type { Answer } from './kept-connections.js';
import { problemOf } from './vonage-problem.js';
import { retryAfterMsOf } from './retry-after.js';

/**
 * Returns the meaning of an answer that the SDK threw as an error. The code in a problem's `type` is not looked up in
 * the catalogue of delivery errors: the same number means something else there.
 *
 * @param nowMs milliseconds since 1970, for dates in headers
 */
export function outcomeOfAnswer(
  answer: Answer,
  request: AttemptRequest,
  nowMs: number,
): AttemptOutcome {
  const { status } = answer;
  if (status < 300) {
    return {
      kind: 'unknown',
      reason: 'Vonage took the request, but its answer could not be read.',
    };
  }
  if (status < 400 && !leavesRequestToOthers.includes(status)) {
    return { kind: 'unknown', reason: 'The call was redirected, and came to nothing there.' };
  }
  const problem = problemOf(answer.body, request);
  const { class: errorClass, words } = meaningOf(status, answer.redirected);
  return {
    kind: 'refused',
    httpStatus: status,
    class: errorClass,
    reason: `${words} (HTTP ${status}${problem?.title ? `, ${problem.title.replace(/\.$/, '')}` : ''}).`,
    problem,
    retryAfterMs: retryAfterMsOf(answer.headers, nowMs),
  };
}

/** A 302 or 303 may also say that the request was done, and where to look for its result (RFC 9110, 15.4). */
const leavesRequestToOthers: readonly number[] = [301, 307, 308];

interface Meaning {
  readonly class: DeliveryErrorClass;
  readonly words: string;
}

const meanings: Readonly<Record<number, Meaning>> = {
  401: { class: 'configuration', words: 'Vonage does not accept our credentials' },
  402: { class: 'configuration', words: 'The Vonage account is out of credit' },
  403: { class: 'configuration', words: 'The Vonage account may not do this' },
  404: { class: 'configuration', words: 'The configured address has no Messages API' },
  405: { class: 'configuration', words: 'The configured address has no Messages API' },
  // A proxy sends it after waiting too long for us or for Vonage, which tells nothing about the message.
  408: {
    class: 'ambiguous',
    words: 'The request took too long, and may have arrived all the same',
  },
  429: { class: 'transient', words: 'Vonage asks us to send more slowly' },
};

const faultInRequest: Meaning = {
  class: 'permanent',
  words: 'Vonage found a fault in the request',
};

/** A 502 or 504 of a proxy may hide an accepted message, and so may a 500 after it was handed on. */
const faultBeyondUs: Meaning = {
  class: 'ambiguous',
  words: 'Vonage answered with an error and may have taken the message all the same',
};

const wrongAddress: Meaning = {
  class: 'configuration',
  words:
    'The address in VONAGE_API_HOST redirects to another one, and no message is taken there: set it to the address of Vonage itself',
};

/** @param redirected by redirects that kept the request, so the answer is to it; the token was left out towards another origin */
function meaningOf(status: number, redirected: boolean): Meaning {
  if (status < 400) return wrongAddress;
  const meaning = meanings[status] ?? (status < 500 ? faultInRequest : faultBeyondUs);
  return redirected && meaning.class === 'configuration' ? wrongAddress : meaning;
}
