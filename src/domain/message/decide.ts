import { liesBetween, type Occurrence } from '../claimed-time.js';
import { explainDeliveryError } from '../delivery-errors/catalogue.js';
import type { DeliveryErrorClass } from '../delivery-errors/delivery-error.js';
import { ERASED } from '../erasure-events.js';
import { isComparable, isOver, type Moment } from '../elapsed-time.js';
import { refusedPart } from './account-refusal.js';
import { CLIENT_REF_ATTEMPT_MAX, clientRefOf } from './client-ref.js';
import type { CallOutcome, Circumstances, MessageCommand } from './message-commands.js';
import type {
  AttemptAccepted,
  AttemptRefused,
  FallbackStep,
  FallbackTrigger,
  MessageEvent,
  MessageRequest,
  RetryScheduled,
  RetryWithdrawn,
} from './message-events.js';
import {
  attemptNumberOf,
  currentAttempt,
  evolve,
  mayHaveArrived,
  repeatsUnheard,
  type Attempt,
  type Message,
  type TrackedMessage,
} from './message.js';
import { isFinal, isWaitingToBeSent } from './message-status.js';
import type { Priority } from './priority.js';
import { retryDelayMs } from './retry-policy.js';
import { compareRecord } from './compare-record.js';
import { meansFailed, meansReached } from './transitions.js';
import { verdictFor } from './verdict.js';

type Decision = readonly MessageEvent[];

/** A probe uses up an attempt number. The rest is left for the time after the hold. */
export const PROBE_ATTEMPT_MAX = CLIENT_REF_ATTEMPT_MAX - 99;

const nothing: Decision = [];

/**
 * Decides the events that follow from a command in a state. Pure and total: every command on every state yields events,
 * possibly none, never an exception.
 */
export function decide(
  command: MessageCommand,
  message: Message,
  circumstances: Circumstances,
): Decision {
  if (command.type === 'ReportStatus' || command.type === 'AdoptReport') {
    return decideReport(command, message, circumstances);
  }
  if (command.type === 'ReconcileReport') return reconcile(command, message, circumstances);
  if (command.type === 'RequestMessage') {
    if (message.kind === 'tracked') return nothing;
    return [
      { type: 'MessageRequested', data: { ...command.request, occurredAt: circumstances.now } },
    ];
  }
  if (message.kind === 'unheard-of') return nothing;
  switch (command.type) {
    case 'StartAttempt':
      return startAttempt(command, message, circumstances);
    case 'DoubtAttempt':
      return doubtAttempt(command, message, circumstances);
    case 'RecordOutcome':
      return recordOutcome(command, message, circumstances);
    case 'ResolveOutcome':
      return resolveOutcome(command, message, circumstances);
    case 'ErasePersonalData':
      return erasePersonalData(command.country, message, circumstances.now);
    case 'LinkResent':
      return linkResent(command, message, circumstances.now);
    case 'CloseConfirmationWindow':
      return closeConfirmationWindow(message, circumstances);
    case 'SkipStep':
      return skipStep(command, message, circumstances);
    case 'ExpireMessage':
      return isWaitingToBeSent(message.status) && hasExpired(message, circumstances)
        ? [expired(message, circumstances.now)]
        : nothing;
    case 'CancelMessage':
      return isWaitingToBeSent(message.status)
        ? [
            {
              type: 'MessageCancelled',
              data: { reason: command.reason, occurredAt: circumstances.now },
            },
          ]
        : nothing;
  }
}

/** Withdraws waiting messages, because nobody knows the number any more. */
function erasePersonalData(
  country: string | null,
  message: TrackedMessage,
  occurredAt: string,
): Decision {
  if (message.isErased === true) return nothing;
  const erased: MessageEvent = {
    type: 'PersonalDataErased',
    data: { country, inbound: null, occurredAt },
  };
  // The erasure comes first, so that nobody is told the number once more when the message is withdrawn.
  return isWaitingToBeSent(message.status) ? [erased, withoutRecipient(occurredAt)] : [erased];
}

/** Names the message that repeats this one. Where that may not be made any more, nothing is decided. */
function linkResent(
  { messageId, reason, by, isCareful }: Extract<MessageCommand, { type: 'LinkResent' }>,
  message: TrackedMessage,
  occurredAt: string,
): Decision {
  const { resentAs } = message;
  if (message.to === ERASED || resentAs.includes(messageId)) return nothing;
  if (isCareful && (resentAs.length > 0 || mayHaveArrived(message))) return nothing;
  return [{ type: 'MessageResent', data: { messageId, reason, by, occurredAt } }];
}

const withoutRecipient = (occurredAt: string): MessageEvent => ({
  type: 'MessageCancelled',
  data: { reason: 'the data of its recipient was erased', occurredAt },
});

function startAttempt(
  { messageId, isProbe = false }: Extract<MessageCommand, { type: 'StartAttempt' }>,
  message: TrackedMessage,
  moment: Moment,
): Decision {
  const { next, request } = message;
  const { now } = moment;
  if (isProbe && next !== null && next.number > PROBE_ATTEMPT_MAX) return nothing;
  if (next === null || request === null || !isWaitingToBeSent(message.status)) return nothing;
  if (hasExpired(message, moment)) return [expired(message, now)];
  if (next.to === ERASED) return [withoutRecipient(now)];
  const from = message.status === 'scheduled' ? null : message.statusSince;
  if (!isOver({ from, until: next.dueAt }, moment)) return nothing;
  return [started(messageId, next, request, now)];
}

/**
 * Records an attempt of unknown outcome: a report settles it, and nothing is sent automatically. Closes a confirmation
 * window that is over, because the fallback that follows it is in doubt too.
 */
function doubtAttempt(
  command: Extract<MessageCommand, { type: 'DoubtAttempt' }>,
  message: TrackedMessage,
  moment: Moment,
): Decision {
  const { messageId, reason } = command;
  const { next, request, status } = message;
  const { now } = moment;
  if (status === 'sending' || status === 'unknown') return doubtUnderWay(message, reason, now);
  const [unconfirmed, fallback] = closeConfirmationWindow(message, moment);
  if (unconfirmed !== undefined && fallback !== undefined) {
    const after = [unconfirmed, fallback].reduce(evolve, message) as TrackedMessage;
    return [unconfirmed, fallback, ...doubtAttempt(command, after, moment)];
  }
  if (next === null || request === null || !isWaitingToBeSent(status)) return nothing;
  return [started(messageId, next, request, now), outcomeDoubted(next.number, reason, now)];
}

/** Doubts a call under way after which more is sent without a decision: that may have happened already. */
function doubtUnderWay(message: TrackedMessage, reason: string, now: string): Decision {
  const attempt = currentAttempt(message);
  if (message.request === null || attempt === undefined) return nothing;
  if (!continuesByItself(message.request)) return nothing;
  return attempt.isDoubted ? nothing : [outcomeDoubted(attempt.number, reason, now)];
}

/** True when the end of a confirmation window may start another attempt. */
export const continuesByItself = ({
  onUnknown,
  fallback,
}: Pick<MessageRequest, 'onUnknown' | 'fallback'>): boolean =>
  onUnknown === 'resend' || fallback.length > 0;

const outcomeDoubted = (attempt: number, reason: string, occurredAt: string): MessageEvent => ({
  type: 'AttemptOutcomeUnknown',
  data: { attempt, reason, isDoubted: true, occurredAt },
});

const started = (
  messageId: string,
  next: NonNullable<TrackedMessage['next']>,
  { confirmWithinSeconds }: NonNullable<TrackedMessage['request']>,
  now: string,
): MessageEvent => ({
  type: 'AttemptStarted',
  data: {
    attempt: next.number,
    channel: next.channel,
    to: next.to,
    from: next.from,
    clientRef: clientRefOf(messageId, next.number),
    confirmBy: later(now, confirmWithinSeconds * 1000),
    occurredAt: now,
  },
});

function hasExpired({ request, createdAt }: TrackedMessage, moment: Moment): boolean {
  if (request === null || request.expiresAt === null) return false;
  const from = request.sendAt === null ? createdAt : null;
  return isOver({ from, until: request.expiresAt }, moment);
}

const expired = (message: TrackedMessage, now: string): MessageEvent => ({
  type: 'MessageExpired',
  data: { expiresAt: message.request?.expiresAt ?? now, occurredAt: now },
});

function recordOutcome(
  { attempt: number, outcome }: Extract<MessageCommand, { type: 'RecordOutcome' }>,
  message: TrackedMessage,
  circumstances: Circumstances,
): Decision {
  const attempt = message.attempts.find((one) => one.number === number);
  // An `unknown` outcome may still become known: the process believed dead may only have been slow.
  const open =
    attempt?.outcome === 'pending' ||
    (attempt?.outcome === 'unknown' && outcome.kind !== 'unknown');
  if (!open) return nothing;
  const occurredAt = circumstances.now;
  switch (outcome.kind) {
    case 'accepted': {
      const accepted: AttemptAccepted = {
        type: 'AttemptAccepted',
        data: { attempt: number, ...namesIn(outcome), occurredAt },
      };
      const isAwaited = number === currentAttempt(message)?.number && repeatsUnheard(message);
      return isAwaited
        ? withoutRepeat(message, circumstances, accepted, 'taken')
        : withOverdueWindow(message, circumstances, accepted);
    }
    case 'unknown':
      return [
        {
          type: 'AttemptOutcomeUnknown',
          data: { attempt: number, reason: outcome.reason, occurredAt },
        },
      ];
    case 'refused': {
      const { kind: _, ...refusal } = outcome;
      const refused: AttemptRefused = {
        type: 'AttemptRefused',
        data: { ...refusal, attempt: number, occurredAt },
      };
      const settles =
        currentAttempt(message)?.number === number &&
        (message.status === 'sending' || message.status === 'unknown');
      if (!settles || outcome.class === 'ambiguous') return [refused];
      const waiting =
        refusedPart(outcome, attempt.channel) === null
          ? nothing
          : waitsAgain(message, refused, circumstances);
      if (waiting.length > 0) return [refused, ...waiting];
      return [
        refused,
        ...whatFollowsFailure(message, circumstances, {
          class: outcome.class,
          askedForMs: outcome.retryAfterMs ?? 0,
          reason: outcome.reason,
        }),
      ];
    }
  }
}

const namesIn = ({
  messageUuid,
  externalId,
}: Extract<CallOutcome, { kind: 'accepted' }>): Pick<
  AttemptAccepted['data'],
  'messageUuid' | 'externalId'
> => (externalId === undefined ? { messageUuid } : { messageUuid, externalId });

/** Pause after a 429 without Retry-After, or with a zero one. */
export const SLOWER_PAUSE_MS_MIN = 1_000;
/** Attempts that follow each other as fast as the provider asks. */
const FAST_ATTEMPTS_MAX = 100;

/** Each 429 uses up an attempt number: the numbers must outlast days in which the provider takes nothing. */
function slowerPauseMs(attempt: number): number {
  if (attempt <= FAST_ATTEMPTS_MAX) return SLOWER_PAUSE_MS_MIN;
  return attempt <= PROBE_ATTEMPT_MAX ? 60_000 : 3_600_000;
}

/**
 * Returns a message to the agenda when Vonage refused the account, the sender or the pace, and not the message. It
 * waits for as long as sending is held; only its own time to live ends it.
 */
function waitsAgain(
  message: TrackedMessage,
  { data: refusal }: AttemptRefused,
  moment: Moment,
): Decision {
  const { now } = moment;
  if (message.request === null) return nothing;
  if (hasExpired(message, moment)) return [expired(message, now)];
  const nextAttempt = refusal.attempt + 1;
  if (nextAttempt > CLIENT_REF_ATTEMPT_MAX) return nothing;
  const pauseMs =
    refusedPart(refusal, channelOf(message)) === 'pace'
      ? Math.max(slowerPauseMs(refusal.attempt), refusal.retryAfterMs ?? 0)
      : 0;
  return [
    {
      type: 'RetryScheduled',
      data: {
        nextAttempt,
        dueAt: later(now, pauseMs),
        reason: refusal.reason,
        ...lineOf(message),
        occurredAt: now,
      },
    },
  ];
}

/** Records a decision once for each attempt of unknown outcome, and once for each request. */
function resolveOutcome(
  { resolution }: Extract<MessageCommand, { type: 'ResolveOutcome' }>,
  message: TrackedMessage,
  moment: Moment,
): Decision {
  const { outcome, reason, requestId } = resolution;
  const attempt = currentAttempt(message);
  const isRepeat = message.resolutions.some((one) => one.requestId === requestId);
  if (requestId !== null && isRepeat) return nothing;
  if (message.status !== 'unknown' || attempt === undefined) return nothing;
  const occurredAt = moment.now;
  const resolved: MessageEvent = {
    type: 'OutcomeResolved',
    data: { ...resolution, attempt: attempt.number, occurredAt },
  };
  if (outcome !== 'resend') {
    const end = outcome === 'delivered' ? 'reached' : 'exhausted';
    return [resolved, ...fallbackFinished(message, end, occurredAt)];
  }
  return mayBeSentAgain(message, moment)
    ? [resolved, retryNow(message, reason, occurredAt)]
    : nothing;
}

/** True while its time is not over, and an attempt number is left. */
export const mayBeSentAgain = (message: TrackedMessage, moment: Moment): boolean =>
  message.request !== null &&
  !hasExpired(message, moment) &&
  (currentAttempt(message)?.number ?? 0) < CLIENT_REF_ATTEMPT_MAX;

const retryNow = (message: TrackedMessage, reason: string, occurredAt: string): MessageEvent => ({
  type: 'RetryScheduled',
  data: {
    nextAttempt: (currentAttempt(message)?.number ?? 0) + 1,
    dueAt: occurredAt,
    reason,
    ...lineOf(message),
    occurredAt,
  },
});

/** Returns the lane, channel and sender of a repeated attempt. */
function lineOf(
  message: TrackedMessage,
): Pick<RetryScheduled['data'], 'priority' | 'channel' | 'from'> {
  const { channel, from } = currentAttempt(message) ?? message;
  return { priority: priorityOf(message), channel, from };
}

const channelOf = (message: TrackedMessage): string => (currentAttempt(message) ?? message).channel;

const priorityOf = ({ request }: TrackedMessage): Priority => request?.priority ?? 'normal';

/**
 * Records what the provider's records say beyond the reports that arrived. What an old record says starts nothing: a
 * retry or a fallback would reach the person days late. Nor does one that was heard before a restore: they were sent then.
 */
function reconcile(
  command: Extract<MessageCommand, { type: 'ReconcileReport' }>,
  message: Message,
  circumstances: Circumstances,
): Decision {
  if (message.kind === 'unheard-of' || !compareRecord(message, command.report).isNews) {
    return nothing;
  }
  const decision = decideReport({ ...command, type: 'ReportStatus' }, message, circumstances);
  const latest = later(dueFirstAt(message), circumstances.retryPolicy.ageMsMax);
  const startsNothing = command.isDoubtful || circumstances.now > latest;
  if (!startsNothing) return decision;
  const after = decision.reduce(evolve, message) as TrackedMessage;
  // The timer of an overdue window would begin what follows it.
  const close = message.status === 'unknown' ? closeConfirmationWindow(after, circumstances) : [];
  return [...decision, ...close].filter(
    ({ type }) => type !== 'FallbackStarted' && type !== 'RetryScheduled',
  );
}

type ReportCommand = Extract<MessageCommand, { type: 'ReportStatus' | 'AdoptReport' }>;

function decideReport(
  command: ReportCommand,
  message: Message,
  circumstances: Circumstances,
): Decision {
  const { report } = command;
  if (
    message.kind === 'tracked' &&
    isKnownReport(command, message) &&
    !namesNewStream(command, message)
  ) {
    return nothing;
  }

  // Records the attempt in the event, so that no reader has to work it out again.
  const attempt =
    message.kind === 'tracked' ? attemptNumberOf(message, report) : (report.attempt ?? 1);
  const data = { ...report, attempt, ...occurrenceIn(message, attempt, command) };
  const adoptedFrom = command.type === 'AdoptReport' ? command.adoptedFrom : null;
  const verdict = message.kind === 'tracked' ? verdictFor(report, message, attempt) : 'applies';
  if (message.kind === 'tracked' && verdict !== 'applies' && verdict !== 'recovers') {
    const refused = { ...data, current: message.status, reason: verdict, adoptedFrom };
    return [{ type: 'StatusRefused', data: refused }];
  }
  const applied: MessageEvent =
    adoptedFrom === null
      ? { type: 'StatusReported', data }
      : { type: 'ReportAdopted', data: { ...data, adoptedFrom } };
  if (message.kind === 'unheard-of') return [applied];
  if (verdict !== 'recovers') return withConsequences(applied, report, message, circumstances);
  const recovered = attemptRecovered(report, message, attempt, circumstances.now);
  const after = evolve(message, recovered) as TrackedMessage;
  return [recovered, ...withConsequences(applied, report, after, circumstances)];
}

const withConsequences = (
  applied: MessageEvent,
  report: ReportCommand['report'],
  message: TrackedMessage,
  circumstances: Circumstances,
): Decision =>
  report.status === 'submitted' && repeatsUnheard(message)
    ? withoutRepeat(message, circumstances, applied, report.status)
    : [
        ...withOverdueWindow(message, circumstances, applied),
        ...whatFollowsReport(report, message, circumstances),
      ];

/**
 * Recovers the attempt on the report's channel. When it is not the present one, the fallback plan had come that far.
 */
function attemptRecovered(
  { channel, to, from, clientRef, messageUuid }: ReportCommand['report'],
  message: TrackedMessage,
  attempt: number,
  now: string,
): MessageEvent {
  const { request, next, fallbackStepsStarted } = message;
  const present = next ?? currentAttempt(message) ?? message;
  const step =
    channel === present.channel
      ? -1
      : (request?.fallback ?? []).findIndex(
          (one, index) => index >= fallbackStepsStarted && one.channel === channel,
        );
  return {
    type: 'AttemptRecovered',
    data: {
      attempt,
      channel,
      to,
      from,
      clientRef: clientRef ?? '',
      confirmBy: later(now, (request?.confirmWithinSeconds ?? 0) * 1000),
      messageUuid,
      fallbackStepsStarted: step === -1 ? fallbackStepsStarted : step + 1,
      occurredAt: now,
    },
  };
}

/** Bounds the time of a report: not before the start of its attempt, and not after its receipt. */
function occurrenceIn(message: Message, number: number, command: ReportCommand): Occurrence {
  const { occurredAt, receivedAt } = command;
  const startedAt =
    message.kind === 'tracked'
      ? message.attempts.find((attempt) => attempt.number === number)?.startedAt
      : null;
  const isKnown = startedAt !== undefined && startedAt !== null;
  return !isKnown || liesBetween(occurredAt, startedAt, receivedAt)
    ? { occurredAt }
    : { occurredAt: receivedAt, claimedAt: occurredAt };
}

function isKnownReport(command: ReportCommand, { reportIds }: TrackedMessage): boolean {
  if (reportIds.includes(command.report.reportId)) return true;
  const formerId = command.type === 'ReportStatus' ? command.formerReportId : undefined;
  return formerId !== undefined && reportIds.includes(formerId);
}

/**
 * Earlier versions could record one report on its stray stream and on this one. Read models count the stray stream
 * as a message of its own until this stream names it.
 */
const namesNewStream = (command: ReportCommand, { adoptedStreams }: TrackedMessage): boolean =>
  command.type === 'AdoptReport' && !adoptedStreams.includes(command.adoptedFrom.stream);

function whatFollowsReport(
  report: ReportCommand['report'],
  message: TrackedMessage,
  circumstances: Circumstances,
): Decision {
  const occurredAt = circumstances.now;
  if (meansReached(report.status)) {
    const number = attemptNumberOf(message, report);
    const withdrawn: Decision =
      message.next === null ? nothing : [retryWithdrawn(number, report.status, occurredAt)];
    return [...withdrawn, ...fallbackFinished(message, 'reached', occurredAt)];
  }
  if (meansFailed(report.status)) {
    const entry = explainDeliveryError(report.error?.code ?? null, report.status);
    return whatFollowsFailure(message, circumstances, {
      class: entry.class,
      askedForMs: (entry.retryAfterSeconds ?? 0) * 1000,
      reason: `${report.status}: ${entry.title}`,
    });
  }
  return nothing;
}

const retryWithdrawn = (attempt: number, was: string, occurredAt: string): RetryWithdrawn => ({
  type: 'RetryWithdrawn',
  data: { reason: `attempt ${attempt} was ${was}`, occurredAt },
});

interface Failure {
  readonly class: DeliveryErrorClass;
  readonly askedForMs: number;
  readonly reason: string;
}

/** Plans a retry if that can help and cannot send twice, otherwise the next step of the fallback plan. */
function whatFollowsFailure(
  message: TrackedMessage,
  circumstances: Circumstances,
  failure: Failure,
): Decision {
  // A message that we did not send is not retried.
  if (message.request === null) return nothing;
  const retry =
    failure.class === 'transient' ? retryScheduled(message, circumstances, failure) : [];
  if (retry.length > 0) return retry;
  return nextFallback(message, 'failure', circumstances);
}

function retryScheduled(
  message: TrackedMessage,
  circumstances: Circumstances,
  { askedForMs, reason }: Failure,
): Decision {
  const { now, retryPolicy, jitter } = circumstances;
  const nextAttempt = (currentAttempt(message)?.number ?? 0) + 1;
  const failures = nextAttempt - message.channelSinceAttempt - refusalsOfAccount(message);
  const dueAt = later(now, retryDelayMs(retryPolicy, failures, jitter, askedForMs));
  const begunAt = firstTriedAt(message);
  const oldest = later(begunAt, retryPolicy.ageMsMax);
  const latest = message.request?.expiresAt ?? oldest;
  // After a step of the clock the message's age is unknown; the attempt limit still applies.
  const isInTime =
    !isComparable(begunAt, circumstances) ||
    Date.parse(dueAt) <= Math.min(Date.parse(oldest), Date.parse(latest));
  const worthwhile =
    failures < retryPolicy.attemptsMax && isInTime && nextAttempt <= CLIENT_REF_ATTEMPT_MAX;
  return worthwhile
    ? [
        {
          type: 'RetryScheduled',
          data: { nextAttempt, dueAt, reason, ...lineOf(message), occurredAt: now },
        },
      ]
    : nothing;
}

/** The time from which a message's age counts: one that was planned ahead is not old when it becomes due. */
const dueFirstAt = ({ request, createdAt }: TrackedMessage): string => request?.sendAt ?? createdAt;

/**
 * The time from which retries on the present channel count: one that was held back for days, or began after a long wait for a receipt
 * on another channel, is not old when it is tried for the first time.
 */
function firstTriedAt(message: TrackedMessage): string {
  const first = message.attempts.find(
    (attempt) => attempt.number >= message.channelSinceAttempt && !isRefusalOfAccount(attempt),
  );
  const [dueAt, triedAt] = [dueFirstAt(message), first?.startedAt ?? ''];
  return triedAt > dueAt ? triedAt : dueAt;
}

const isRefusalOfAccount = ({ refusal, channel }: Attempt): boolean =>
  refusal !== null && refusedPart(refusal, channel) !== null;

/** Counts the calls on the present channel that Vonage refused for a reason outside the message. */
const refusalsOfAccount = ({ attempts, channelSinceAttempt }: TrackedMessage): number =>
  attempts.filter((attempt) => attempt.number >= channelSinceAttempt && isRefusalOfAccount(attempt))
    .length;

function nextFallback(message: TrackedMessage, trigger: FallbackTrigger, moment: Moment): Decision {
  const { now } = moment;
  const plan = message.request?.fallback ?? [];
  if (plan.length === 0 || hasExpired(message, moment)) return nothing;
  const nextAttempt = (currentAttempt(message)?.number ?? 0) + 1;
  const step: FallbackStep | undefined = plan[message.fallbackStepsStarted];
  if (step === undefined || nextAttempt > CLIENT_REF_ATTEMPT_MAX) {
    return trigger === 'failure' ? fallbackFinished(message, 'exhausted', now) : nothing;
  }
  // A failed message did not arrive either, so `unconfirmed` steps are due on a failure too.
  if (trigger === 'unconfirmed' && step.when === 'failure') return nothing;
  return [
    {
      type: 'FallbackStarted',
      data: {
        ...step,
        step: message.fallbackStepsStarted + 1,
        nextAttempt,
        priority: priorityOf(message),
        occurredAt: now,
      },
    },
  ];
}

/**
 * Gives up a fallback step that waits, and goes on as though the plan did not hold it: after an attempt that may have
 * arrived, no step for failures begins.
 */
function skipStep(
  { step, reason }: Extract<MessageCommand, { type: 'SkipStep' }>,
  message: TrackedMessage,
  moment: Moment,
): Decision {
  const { next, stepTried } = message;
  const { now } = moment;
  const attempt = currentAttempt(message);
  if (next === null || stepTried !== step || !isWaitingToBeSent(message.status)) return nothing;
  if (hasExpired(message, moment)) return [expired(message, now)];
  if (next.to === ERASED) return [withoutRecipient(now)];
  const last = attempt?.status ?? 'failed';
  const isUnheardOf = last === 'sent' || last === 'submitted';
  const trigger = isUnheardOf || last === 'unknown' ? 'unconfirmed' : 'failure';
  const isDoubtful = trigger === 'unconfirmed' && attempt?.isDoubted === true;
  const follows = isDoubtful ? nothing : nextFallback(message, trigger, moment);
  const goesOn = follows.some(({ type }) => type === 'FallbackStarted');
  // The window of a call that was answered after it had closed has not been called unconfirmed yet.
  const confirmBy = isUnheardOf && !goesOn ? (attempt?.confirmBy ?? null) : null;
  const end = isUnheardOf && confirmBy === null ? 'unconfirmed' : last;
  return [
    {
      type: 'RetryWithdrawn',
      data: {
        reason,
        ...(confirmBy === null ? {} : { confirmBy }),
        skipped: { step, status: goesOn ? 'retrying' : end },
        occurredAt: now,
      },
    },
    ...follows,
  ];
}

const fallbackFinished = (
  message: TrackedMessage,
  outcome: 'reached' | 'exhausted',
  occurredAt: string,
): Decision =>
  message.fallbackStepsStarted === 0 || isFinal(message.status)
    ? nothing
    : [
        {
          type: 'FallbackFinished',
          data: { step: message.fallbackStepsStarted, outcome, occurredAt },
        },
      ];

/** Returns the events that the end of the confirmation window will record if no report comes before. */
export function endOfWindow(message: TrackedMessage): Decision {
  const confirmBy = currentAttempt(message)?.confirmBy ?? null;
  return confirmBy === null ? nothing : closeConfirmationWindow(message, { now: confirmBy });
}

function closeConfirmationWindow(message: TrackedMessage, moment: Moment): Decision {
  const { now } = moment;
  const attempt = currentAttempt(message);
  const isUnknown = message.status === 'unknown';
  if (!isUnknown && message.status !== 'sent' && message.status !== 'submitted') return nothing;
  if (message.request === null || attempt === undefined || attempt.confirmBy === null)
    return nothing;
  const from = attempt.startedAt ?? attempt.recoveredAt;
  if (!isOver({ from, until: attempt.confirmBy }, moment)) return nothing;
  if (isUnknown) return closeUnknownWindow(message, attempt, moment);
  return [
    {
      type: 'DeliveryUnconfirmed',
      data: {
        attempt: attempt.number,
        windowSeconds: message.request.confirmWithinSeconds,
        occurredAt: now,
      },
    },
    // Whatever is known by now of a call from before a restore: what follows it may have been sent then.
    ...(attempt.isDoubted ? nothing : nextFallback(message, 'unconfirmed', moment)),
  ];
}

/**
 * Closes the window of an unknown outcome without a report. A second text is sent only when the caller prefers it to
 * none, and only once.
 */
function closeUnknownWindow(message: TrackedMessage, attempt: Attempt, moment: Moment): Decision {
  if (attempt.isDoubted) return nothing;
  const isLate = isOver({ from: attempt.startedAt, until: lateFrom(attempt) }, moment);
  return !isLate && isSentOnceMore(message) && mayBeSentAgain(message, moment)
    ? [retryNow(message, NO_REPORT, moment.now)]
    : nextFallback(message, 'unconfirmed', moment);
}

/**
 * The longest time after its window in which a message is sent once more by itself. It is later where an earlier version left the
 * message as it is, or nothing ran; then nobody expects the text any more. A person can still have it sent.
 */
const ONCE_MORE_MS_MAX = 24 * 3_600_000;

const lateFrom = ({ confirmBy }: Attempt): string => later(confirmBy ?? '', ONCE_MORE_MS_MAX);

const NO_REPORT = 'no report came in the confirmation window, and the caller prefers a second text';

/** True when a message of unknown outcome is sent once more automatically when its window closes. */
const isSentOnceMore = ({ request, attempts }: TrackedMessage): boolean =>
  request?.onUnknown === 'resend' &&
  attempts.at(-1)?.isDoubted === false &&
  attempts.filter(mayBeFirstText).length === 1;

/** True for a call that was not answered, or not clearly, unless it turned out later that it was refused. */
const mayBeFirstText = ({ outcome, unknownBecause, refusal }: Attempt): boolean =>
  outcome === 'refused' ? refusal?.class === 'ambiguous' : unknownBecause !== null;

/**
 * Closes an overdue window once the outcome is known: where nothing follows, the timer has forgotten it. Where a fallback follows, the
 * timer closes it: after an outage it waits for what else Vonage repeats.
 */
const withOverdueWindow = (
  before: TrackedMessage,
  moment: Moment,
  known: MessageEvent,
): Decision => {
  const after = evolve(before, known);
  if (before.status !== 'unknown' || after.kind !== 'tracked') return [known];
  const close = closeConfirmationWindow(after, moment);
  return close.some(({ type }) => type === 'FallbackStarted') ? [known] : [known, ...close];
};

/**
 * Withdraws the second text of a message whose first one turns out to be taken. Its window is over by then. Where a fallback follows,
 * the timer closes it, as in `withOverdueWindow`: it had forgotten the window when the second text was planned.
 */
function withoutRepeat(
  before: TrackedMessage,
  moment: Moment,
  known: MessageEvent,
  was: string,
): Decision {
  const attempt = currentAttempt(before);
  const withdrawn = retryWithdrawn(attempt?.number ?? 1, was, moment.now);
  const after = [known, withdrawn].reduce(evolve, before) as TrackedMessage;
  const close = closeConfirmationWindow(after, moment);
  const confirmBy = attempt?.confirmBy ?? null;
  return confirmBy !== null && close.some(({ type }) => type === 'FallbackStarted')
    ? [known, { ...withdrawn, data: { ...withdrawn.data, confirmBy } }]
    : [known, withdrawn, ...close];
}

const later = (iso: string, milliseconds: number): string =>
  new Date(Date.parse(iso) + milliseconds).toISOString();
