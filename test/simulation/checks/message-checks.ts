import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import type { MessageEvent } from '../../../src/domain/message/message-events.js';
import { refusedPart } from '../../../src/domain/message/account-refusal.js';
import {
  evolve,
  unheardOf,
  type Message,
  type TrackedMessage,
} from '../../../src/domain/message/message.js';
import { meansFailed } from '../../../src/domain/message/transitions.js';
import type { MessageStatus } from '../../../src/domain/message/message-status.js';
import type { Plan } from '../plan.js';
import type { Call } from '../surroundings/simulated-vonage.js';

/** Where a message may go from each status, written by hand after section 3 of the design. */
const mayBecome: Readonly<Record<MessageStatus, readonly MessageStatus[]>> = {
  scheduled: ['sending', 'cancelled', 'expired'],
  accepted: ['sending', 'cancelled', 'expired'],
  sending: [
    'sent',
    'unknown',
    'submitted',
    'delivered',
    'read',
    'retrying',
    'rejected',
    'undeliverable',
    'failed',
    'expired',
  ],
  unknown: [
    'sent',
    'submitted',
    'delivered',
    'read',
    'retrying',
    'rejected',
    'undeliverable',
    'failed',
    'expired',
    'unconfirmed',
  ],
  sent: [
    'submitted',
    'delivered',
    'read',
    'unconfirmed',
    'rejected',
    'undeliverable',
    'failed',
    'retrying',
  ],
  submitted: [
    'delivered',
    'read',
    'unconfirmed',
    'rejected',
    'undeliverable',
    'failed',
    'retrying',
  ],
  unconfirmed: [
    'submitted',
    'delivered',
    'read',
    'rejected',
    'undeliverable',
    'failed',
    'retrying',
  ],
  retrying: ['sending', 'cancelled', 'expired', 'delivered', 'read'],
  delivered: ['read'],
  read: [],
  rejected: ['retrying'],
  undeliverable: ['retrying'],
  failed: ['retrying'],
  cancelled: [],
  expired: [],
};

/** What is wrong with the history of one message. */
export function checkMessage(
  events: readonly RecordedEvent[],
  calls: readonly Call[],
  { clockSteps }: Pick<Plan, 'clockSteps'>,
): readonly string[] {
  const found: string[] = [];
  let message: Message = unheardOf;
  const reportIds = new Set<string>();
  const closed = new Set<number>();
  let previous: MessageEvent | undefined;
  for (const [index, { event: recorded, revision }] of events.entries()) {
    const event = recorded as MessageEvent;
    if (revision !== BigInt(index)) found.push(`revision ${revision} stands in place ${index}`);
    const before: Message = message;
    message = evolve(message, event);
    if (message.kind !== 'tracked') continue;
    if ('reportId' in event.data) {
      if (reportIds.has(event.data.reportId)) found.push('a report is recorded twice');
      reportIds.add(event.data.reportId);
    }
    if (event.type === 'DeliveryUnconfirmed') {
      if (closed.has(event.data.attempt)) found.push('a confirmation window closed twice');
      closed.add(event.data.attempt);
    }
    if (previous !== undefined && takesDoubtForFailure(previous, event)) {
      found.push('a step for failures began after an answer that does not tell of one');
    }
    const cause = previous;
    previous = event;
    if (before.kind !== 'tracked') continue;
    if (!expiresInsteadOfWaiting(cause, event, before))
      found.push(...checkStep(before, event, message));
    // Times of two clocks cannot be compared; `spans.ts` measures the time that has passed.
    if (clockSteps.length === 0) found.push(...checkTimes(before, event));
  }
  if (message.kind === 'tracked') found.push(...checkRepeats(events, calls));
  return found;
}

/** After a 5xx nobody knows whether Vonage took the message: only a report or a person can tell that it failed. */
const takesDoubtForFailure = (previous: MessageEvent, { type, data }: MessageEvent): boolean =>
  previous.type === 'AttemptRefused' &&
  previous.data.class === 'ambiguous' &&
  type === 'FallbackStarted' &&
  data.when === 'failure';

/** A message that Vonage refused for the account or the pace expires in the same decision when its TTL is over. */
const expiresInsteadOfWaiting = (
  previous: MessageEvent | undefined,
  event: MessageEvent,
  { channel }: TrackedMessage,
): boolean =>
  previous?.type === 'AttemptRefused' &&
  refusedPart(previous.data, channel) !== null &&
  event.type === 'MessageExpired' &&
  event.data.occurredAt === previous.data.occurredAt;

function checkStep(
  before: TrackedMessage,
  event: MessageEvent,
  after: TrackedMessage,
): readonly string[] {
  const found: string[] = [];
  // What is to be sent once more because nobody heard of it is settled by a late word, like what is unknown.
  const isUnheard = before.status === 'retrying' && before.attempts.at(-1)?.status === 'unknown';
  const isSkipped = event.type === 'RetryWithdrawn' && event.data.skipped !== undefined;
  const next = isUnheard ? [...mayBecome.retrying, ...mayBecome.unknown] : mayBecome[before.status];
  if (before.status !== after.status && !next.includes(after.status)) {
    // A report about an attempt whose failure was final, or a person's word, may be overruled by the carrier.
    const isOverruled = before.resolvedAs !== null;
    if (!isOverruled && !isSkipped)
      found.push(`${event.type} made ${after.status} of ${before.status}`);
  }
  if (event.type === 'AttemptStarted') {
    if (before.next === null) found.push('an attempt was started that was not due');
    else if (before.next.number !== event.data.attempt) {
      found.push('an attempt has the wrong number');
    }
  }
  return found;
}

function checkTimes(before: TrackedMessage, event: MessageEvent): readonly string[] {
  const found: string[] = [];
  const at = Date.parse(event.data.occurredAt);
  if (event.type === 'AttemptStarted') {
    if (before.next !== null && Date.parse(before.next.dueAt) > at) {
      found.push('an attempt was started too early');
    }
    const { expiresAt } = before.request ?? { expiresAt: null };
    if (expiresAt !== null && Date.parse(expiresAt) < at)
      found.push('an attempt was started too late');
  }
  if (event.type === 'DeliveryUnconfirmed') {
    const confirmBy = before.attempts.at(-1)?.confirmBy ?? null;
    if (confirmBy === null || Date.parse(confirmBy) > at) found.push('a window closed too early');
  }
  if (event.type === 'MessageExpired' && Date.parse(event.data.expiresAt) > at) {
    found.push('it expired too early');
  }
  return found;
}

/**
 * A message that Vonage has taken may be handed over again only after a carrier said that it failed, or because
 * somebody asked for it. This looks at what Vonage really took, and not at what the service believes.
 */
function checkRepeats(events: readonly RecordedEvent[], calls: readonly Call[]): readonly string[] {
  const found: string[] = [];
  const taken = calls.filter(({ messageUuid }) => messageUuid !== null);
  for (const [index, later] of taken.entries()) {
    const earlier = taken[index - 1];
    if (earlier === undefined) continue;
    const isAllowed =
      isSentOnceMore(events, earlier) ||
      events.some(({ event }) => allowsAnother(event as MessageEvent, earlier));
    if (!isAllowed) {
      found.push(
        `attempt ${later.attempt} was made although Vonage had taken attempt ${earlier.attempt}`,
      );
    }
  }
  return found;
}

/** The caller prefers a second text to none: once, and only after an outcome that nobody knew. */
function isSentOnceMore(events: readonly RecordedEvent[], { attempt }: Call): boolean {
  const [first] = events;
  if (first?.event.type !== 'MessageRequested' || first.event.data.onUnknown !== 'resend') {
    return false;
  }
  // A late answer may tell that the call was not taken.
  const refused = events.flatMap(({ event }) =>
    event.type === 'AttemptRefused' && event.data.class !== 'ambiguous' ? event.data.attempt : [],
  );
  const unknown = events.flatMap(({ event }) =>
    event.type === 'AttemptOutcomeUnknown' || event.type === 'AttemptRefused'
      ? event.data.attempt
      : [],
  );
  const [only] = unknown.filter((one) => !refused.includes(one));
  return only === attempt;
}

function allowsAnother({ type, data }: MessageEvent, { attempt, messageUuid }: Call): boolean {
  if (type === 'OutcomeResolved') return data.attempt >= attempt && data.outcome !== 'delivered';
  // A step for failures needs a failure that a carrier reported, or a person declared.
  if (type === 'FallbackStarted') return data.nextAttempt > attempt && data.when === 'unconfirmed';
  if (type !== 'StatusReported' && type !== 'ReportAdopted') return false;
  return data.messageUuid === messageUuid && meansFailed(data.status);
}
