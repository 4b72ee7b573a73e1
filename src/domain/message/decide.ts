import { explainDeliveryError } from '../delivery-errors/catalogue.js';
import type { DeliveryErrorClass } from '../delivery-errors/delivery-error.js';
import { clientRefOf } from './client-ref.js';
import type { Circumstances, MessageCommand } from './message-commands.js';
import type { FallbackStep, FallbackTrigger, MessageEvent } from './message-events.js';
import { attemptNumberOf, currentAttempt, type Message, type TrackedMessage } from './message.js';
import { isFinal, isWaitingToBeSent } from './message-status.js';
import { retryDelayMs } from './retry-policy.js';
import { meansFailed, meansReached, verdictOn, type Verdict } from './transitions.js';

type Decision = readonly MessageEvent[];

const nothing: Decision = [];

/**
 * What follows from a command, in a state. Pure and total: every command on every state yields events,
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
  if (command.type === 'RequestMessage') {
    if (message.kind === 'tracked') return nothing;
    return [
      { type: 'MessageRequested', data: { ...command.request, occurredAt: circumstances.now } },
    ];
  }
  if (message.kind === 'unheard-of') return nothing;
  switch (command.type) {
    case 'StartAttempt':
      return startAttempt(command.messageId, message, circumstances.now);
    case 'RecordOutcome':
      return recordOutcome(command, message, circumstances);
    case 'CloseConfirmationWindow':
      return closeConfirmationWindow(message, circumstances.now);
    case 'ExpireMessage':
      return isWaitingToBeSent(message.status) && hasExpired(message, circumstances.now)
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

function startAttempt(messageId: string, message: TrackedMessage, now: string): Decision {
  const { next, request } = message;
  if (next === null || request === null || !isWaitingToBeSent(message.status)) return nothing;
  if (hasExpired(message, now)) return [expired(message, now)];
  if (Date.parse(next.dueAt) > Date.parse(now)) return nothing;
  return [
    {
      type: 'AttemptStarted',
      data: {
        attempt: next.number,
        channel: next.channel,
        to: next.to,
        from: next.from,
        clientRef: clientRefOf(messageId, next.number),
        confirmBy: later(now, request.confirmWithinSeconds * 1000),
        occurredAt: now,
      },
    },
  ];
}

const hasExpired = ({ request }: TrackedMessage, now: string): boolean =>
  request !== null &&
  request.expiresAt !== null &&
  Date.parse(request.expiresAt) <= Date.parse(now);

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
  // `unknown` may still become known: the process that was thought dead may only have been slow.
  const open =
    attempt?.outcome === 'pending' ||
    (attempt?.outcome === 'unknown' && outcome.kind !== 'unknown');
  if (!open) return nothing;
  const occurredAt = circumstances.now;
  switch (outcome.kind) {
    case 'accepted':
      return [
        {
          type: 'AttemptAccepted',
          data: { attempt: number, messageUuid: outcome.messageUuid, occurredAt },
        },
      ];
    case 'unknown':
      return [
        {
          type: 'AttemptOutcomeUnknown',
          data: { attempt: number, reason: outcome.reason, occurredAt },
        },
      ];
    case 'refused': {
      const { kind: _, ...refusal } = outcome;
      const refused: MessageEvent = {
        type: 'AttemptRefused',
        data: { ...refusal, attempt: number, occurredAt },
      };
      const settles =
        currentAttempt(message)?.number === number &&
        (message.status === 'sending' || message.status === 'unknown');
      if (!settles || outcome.class === 'ambiguous') return [refused];
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

type ReportCommand = Extract<MessageCommand, { type: 'ReportStatus' | 'AdoptReport' }>;

function decideReport(
  command: ReportCommand,
  message: Message,
  circumstances: Circumstances,
): Decision {
  const { report, occurredAt } = command;
  if (message.kind === 'tracked' && message.reportIds.includes(report.reportId)) return nothing;

  // Told once which attempt it was about, nobody has to work it out again.
  const attempt =
    message.kind === 'tracked' ? attemptNumberOf(message, report) : (report.attempt ?? 1);
  const data = { ...report, attempt, occurredAt };
  const adoptedFrom = command.type === 'AdoptReport' ? command.adoptedFrom : null;
  const verdict = message.kind === 'tracked' ? verdictFor(report, message, attempt) : 'applies';
  if (message.kind === 'tracked' && verdict !== 'applies') {
    const refused = { ...data, current: message.status, reason: verdict, adoptedFrom };
    return [{ type: 'StatusRefused', data: refused }];
  }
  const applied: MessageEvent =
    adoptedFrom === null
      ? { type: 'StatusReported', data }
      : { type: 'ReportAdopted', data: { ...data, adoptedFrom } };
  if (message.kind === 'unheard-of') return [applied];
  return [applied, ...whatFollowsReport(report, message, circumstances)];
}

function verdictFor(
  report: ReportCommand['report'],
  message: TrackedMessage,
  number: number,
): Verdict {
  const current = currentAttempt(message)?.number ?? 0;
  if (number < current) {
    const delivers = meansReached(report.status) && !isFinal(message.status);
    return delivers ? 'applies' : 'superseded';
  }
  if (number > current && message.origin === 'waybill') return 'not-sent';
  return verdictOn(report.status, message.status);
}

function whatFollowsReport(
  report: ReportCommand['report'],
  message: TrackedMessage,
  circumstances: Circumstances,
): Decision {
  const occurredAt = circumstances.now;
  if (meansReached(report.status)) {
    const withdrawn: Decision =
      message.next === null
        ? nothing
        : [
            {
              type: 'RetryWithdrawn',
              data: {
                reason: `attempt ${attemptNumberOf(message, report)} was ${report.status}`,
                occurredAt,
              },
            },
          ];
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

interface Failure {
  readonly class: DeliveryErrorClass;
  readonly askedForMs: number;
  readonly reason: string;
}

/** The same again if that can help and cannot send twice, else the next step of the fallback plan. */
function whatFollowsFailure(
  message: TrackedMessage,
  circumstances: Circumstances,
  failure: Failure,
): Decision {
  // What we did not send we do not send again.
  if (message.request === null) return nothing;
  const retry =
    failure.class === 'transient' ? retryScheduled(message, circumstances, failure) : [];
  if (retry.length > 0) return retry;
  return nextFallback(message, 'failure', circumstances.now);
}

function retryScheduled(
  message: TrackedMessage,
  { now, retryPolicy, jitter }: Circumstances,
  { askedForMs, reason }: Failure,
): Decision {
  const nextAttempt = (currentAttempt(message)?.number ?? 0) + 1;
  const failures = nextAttempt - message.channelSinceAttempt;
  const dueAt = later(now, retryDelayMs(retryPolicy, failures, jitter, askedForMs));
  const oldest = later(message.createdAt, retryPolicy.ageMsMax);
  const latest = message.request?.expiresAt ?? oldest;
  const worthwhile =
    failures < retryPolicy.attemptsMax &&
    Date.parse(dueAt) <= Math.min(Date.parse(oldest), Date.parse(latest));
  return worthwhile
    ? [{ type: 'RetryScheduled', data: { nextAttempt, dueAt, reason, occurredAt: now } }]
    : nothing;
}

function nextFallback(message: TrackedMessage, trigger: FallbackTrigger, now: string): Decision {
  const plan = message.request?.fallback ?? [];
  if (plan.length === 0 || hasExpired(message, now)) return nothing;
  const step: FallbackStep | undefined = plan[message.fallbackStepsStarted];
  if (step === undefined) {
    return trigger === 'failure' ? fallbackFinished(message, 'exhausted', now) : nothing;
  }
  // A message that failed did not arrive either, so `unconfirmed` steps are due on a failure too.
  if (trigger === 'unconfirmed' && step.when === 'failure') return nothing;
  return [
    {
      type: 'FallbackStarted',
      data: {
        ...step,
        step: message.fallbackStepsStarted + 1,
        nextAttempt: (currentAttempt(message)?.number ?? 0) + 1,
        occurredAt: now,
      },
    },
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

function closeConfirmationWindow(message: TrackedMessage, now: string): Decision {
  const attempt = currentAttempt(message);
  if (message.status !== 'sent' && message.status !== 'submitted') return nothing;
  if (message.request === null || attempt === undefined || attempt.confirmBy === null)
    return nothing;
  if (Date.parse(attempt.confirmBy) > Date.parse(now)) return nothing;
  return [
    {
      type: 'DeliveryUnconfirmed',
      data: {
        attempt: attempt.number,
        windowSeconds: message.request.confirmWithinSeconds,
        occurredAt: now,
      },
    },
    ...nextFallback(message, 'unconfirmed', now),
  ];
}

const later = (iso: string, milliseconds: number): string =>
  new Date(Date.parse(iso) + milliseconds).toISOString();
