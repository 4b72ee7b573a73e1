import type { Report } from '../report.js';
import { isFinal, type MessageStatus } from './message-status.js';
import { currentAttempt, isUnheard, repeatsUnheard, type TrackedMessage } from './message.js';
import {
  isWithdrawn,
  meansReached,
  verdictOn,
  verdictOnResolved,
  verdictOnUnstarted,
  verdictOnWithdrawn,
  type Verdict,
} from './transitions.js';

/** The verdict on a report about an attempt of a message; `recovers`: it proves an attempt that is not recorded. */
export type ReportVerdict = Verdict | 'recovers';

export const verdictFor = (
  report: Report,
  message: TrackedMessage,
  attempt: number,
): ReportVerdict =>
  message.reportIds.includes(report.reportId)
    ? 'repeat'
    : verdictOnStatus(report, message, attempt);

/** The verdict on what a report says, whether or not this very report arrived before. */
export function verdictOnStatus(
  report: Report,
  message: TrackedMessage,
  number: number,
): ReportVerdict {
  const current = currentAttempt(message)?.number ?? 0;
  if (number <= current && isWithdrawn(message.status)) return verdictOnWithdrawn(report.status);
  if (number < current) {
    const delivers = meansReached(report.status) && !isEnded(message);
    return delivers ? 'applies' : 'superseded';
  }
  if (number > current && message.origin === 'waybill') {
    // Only a client ref names an attempt beyond doubt.
    if (report.attempt === null) return 'not-sent';
    const isReached = message.resolvedAs !== null && meansReached(report.status);
    return isReached ? 'recovers' : verdictOnUnstarted(message.status);
  }
  if (message.resolvedAs !== null) return verdictOnResolved(report.status, message.resolvedAs);
  const status = repeatsUnheard(message) ? 'unknown' : message.status;
  const verdict = verdictOn(report.status, status);
  if (verdict === 'repeat' && isFollowedUnheard(message)) return 'late';
  return verdict === 'contradiction' && isReachedByEarlier(message) ? 'superseded' : verdict;
}

/** True while something is due behind an attempt that nobody has called failed: its failure is news, and comes too late. */
const isFollowedUnheard = (message: TrackedMessage): boolean => {
  const attempt = currentAttempt(message);
  return message.status === 'retrying' && attempt !== undefined && isUnheard(attempt);
};

/** True when an earlier attempt alone has reached the person: whatever fails after it does not deny that. */
const isReachedByEarlier = (message: TrackedMessage): boolean =>
  isReached(message.status) && currentAttempt(message)?.reported.some(meansReached) !== true;

const isReached = (status: MessageStatus): boolean => status === 'delivered' || status === 'read';

/** True when the status is final, and not only by a person's decision. */
const isEnded = ({ status, resolvedAs }: TrackedMessage): boolean =>
  isFinal(status) && resolvedAs === null;
