import { ERASED } from '../erasure-events.js';
import type { Report, ReportError, ReportStatus, SegmentResult, Usage } from '../report.js';
import type {
  AdoptedFrom,
  AttemptRecovered,
  AttemptRefusal,
  FallbackStep,
  MessageEvent,
  MessageRequest,
  MessageRequested,
  MessageTemplate,
  OutcomeResolved,
  Resolution,
  StatusRefused,
} from './message-events.js';
import { meansFailed, meansReached, type FinalResolution } from './transitions.js';
import type { MessageStatus } from './message-status.js';

/** The known facts of one call to Vonage. Times are ISO 8601 UTC. */
export interface Attempt {
  readonly number: number;
  readonly channel: string;
  readonly to: string;
  readonly from: string;
  readonly messageUuid: string | null;
  /** The name under which the server of a channel beside Vonage knows it. */
  readonly externalId: string | null;
  readonly status: MessageStatus;
  /** The outcome of our own call; `pending` and `unknown` can still change. */
  readonly outcome: 'pending' | 'accepted' | 'refused' | 'unknown';
  /** The reason of a failure that the carrier or Vonage named in a report. */
  readonly error: ReportError | null;
  /** Vonage's answer to the call itself, when it refused. */
  readonly refusal: AttemptRefusal | null;
  /** The reason why the outcome of the call is unknown. */
  readonly unknownBecause: string | null;
  /** True when an operator had it recorded as unknown after a restore: nothing follows it automatically. */
  readonly isDoubted: boolean;
  readonly usage: Usage | null;
  readonly networkCode: string | null;
  readonly segmentCount: number | null;
  readonly segments: readonly SegmentResult[];
  /** The end of the window for a receipt; null once it is over, and where there is none. */
  readonly confirmBy: string | null;
  /** Null when this ledger did not start it. */
  readonly startedAt: string | null;
  /** The time at which a report proved the attempt, although this ledger never started it. */
  readonly recoveredAt: string | null;
  readonly acceptedAt: string | null;
  readonly submittedAt: string | null;
  readonly deliveredAt: string | null;
  /** Every status that a report named, applied or refused, once each. */
  readonly reported: readonly ReportStatus[];
}

/** The next attempt, while it is due and not yet started. */
export interface NextAttempt {
  readonly number: number;
  readonly dueAt: string;
  readonly channel: string;
  readonly to: string;
  readonly from: string;
  readonly text: string;
  readonly subject?: string;
  readonly template?: MessageTemplate;
}

export interface Resolved extends Resolution {
  readonly at: string;
}

export interface Contradiction {
  readonly reported: ReportStatus;
  readonly current: MessageStatus;
  readonly attempt: number;
  readonly occurredAt: string;
}

export interface TrackedMessage {
  readonly kind: 'tracked';
  /** `external`: first seen in a webhook, so there is no request of ours. */
  readonly origin: 'waybill' | 'external';
  readonly request: MessageRequest | null;
  readonly to: string;
  readonly from: string;
  readonly channel: string;
  readonly status: MessageStatus;
  readonly statusSince: string;
  readonly createdAt: string;
  readonly attempts: readonly Attempt[];
  readonly next: NextAttempt | null;
  /** First attempt on the channel that is tried now: retries are counted per channel. */
  readonly channelSinceAttempt: number;
  /** The number of fallback steps started, with those that were skipped. */
  readonly fallbackStepsStarted: number;
  /** The fallback step that is tried now, or was last; 0: the message's own channel. */
  readonly stepTried: number;
  /** The values to return to where that step is skipped before its first attempt. */
  readonly triedBefore: Pick<TrackedMessage, 'channelSinceAttempt' | 'stepTried'>;
  /** The fallback steps that were not sent, or not again, in order. */
  readonly skippedSteps: readonly { readonly step: number; readonly reason: string }[];
  /** The reports already on this stream, applied or refused. */
  readonly reportIds: readonly string[];
  /** Streams on which some of those reports were recorded first. */
  readonly adoptedStreams: readonly string[];
  /** People's decisions about unknown outcomes, in order. */
  readonly resolutions: readonly Resolved[];
  /** The decision that ended the message; null once a report has said otherwise. */
  readonly resolvedAs: FinalResolution | null;
  /** The reason of the withdrawal; null without one. */
  readonly cancelledBecause: string | null;
  /** The messages that repeat this one, in order. */
  readonly resentAs: readonly string[];
  /** The latest report that denied a final status. It changed nothing, and it is not hidden. */
  readonly contradiction: Contradiction | null;
  /** Its person was erased: number and texts say so. */
  readonly isErased?: true;
  /** Country of the number that was erased; null where it told none. */
  readonly countryLeft?: string | null;
}

export type Message = { readonly kind: 'unheard-of' } | TrackedMessage;

/**
 * True while a message of unknown outcome waits to be sent once more because its caller prefers a second text to none. A
 * word about its last attempt counts as before: nothing was handed over since. A person's decision stands.
 */
export function repeatsUnheard(message: TrackedMessage): boolean {
  const { status, next, channelSinceAttempt, resolutions } = message;
  const attempt = currentAttempt(message);
  if (status !== 'retrying' || next === null || attempt?.status !== 'unknown') return false;
  // A fallback step begins a channel, and repeats nothing.
  const isRepeat = next.number > channelSinceAttempt;
  return isRepeat && !resolutions.some((one) => one.attempt === attempt.number);
}

/** The state of a stream that was never written. */
export const unheardOf: Message = { kind: 'unheard-of' };

export const currentAttempt = (message: TrackedMessage): Attempt | undefined =>
  message.attempts.at(-1);

const unheardStatuses: readonly MessageStatus[] = ['sending', 'unknown', 'sent', 'submitted'];

/** True for an attempt of which neither a failure nor a delivery is known. */
export const isUnheard = ({ status }: Attempt): boolean => unheardStatuses.includes(status);

/** True for an attempt that may have reached the person although no report says so, and that nobody has given up. */
export const isPerhapsThere = (attempt: Attempt): boolean =>
  isUnheard(attempt) || attempt.error?.class === 'ambiguous';

/** True when an attempt may have reached the person, or was reported delivered, whatever became of the message. */
export const mayHaveArrived = ({ attempts }: TrackedMessage): boolean =>
  attempts.some((attempt) => isPerhapsThere(attempt) || attempt.reported.some(meansReached));

/**
 * Folds a fact into the state. Total: it never throws, and a fact that makes no sense in a state
 * (a ledger written by other software) changes nothing but what it plainly says.
 */
export function evolve(message: Message, event: MessageEvent): Message {
  switch (event.type) {
    case 'MessageRequested':
      return message.kind === 'tracked' ? message : requested(event.data);
    case 'StatusReported':
    case 'ReportAdopted':
      return reported(message, heard(message, event.data));
    case 'StatusRefused':
      return message.kind === 'tracked' ? refused(message, heard(message, event.data)) : message;
    case 'AttemptStarted':
    case 'AttemptRecovered':
    case 'AttemptAccepted':
    case 'AttemptRefused':
    case 'AttemptOutcomeUnknown':
    case 'OutcomeResolved':
    case 'RetryScheduled':
    case 'RetryWithdrawn':
    case 'DeliveryUnconfirmed':
    case 'FallbackStarted':
    case 'FallbackFinished':
    case 'MessageCancelled':
    case 'MessageExpired':
    case 'MessageResent':
    case 'PersonalDataErased':
      return message.kind === 'tracked' ? progressed(message, event) : message;
  }
}

/** The state of the fallback plan before its first step. */
const planNotBegun = {
  channelSinceAttempt: 1,
  fallbackStepsStarted: 0,
  stepTried: 0,
  triedBefore: { channelSinceAttempt: 1, stepTried: 0 },
  skippedSteps: [],
} satisfies Partial<TrackedMessage>;

function requested({ occurredAt, ...request }: MessageRequested['data']): TrackedMessage {
  return {
    kind: 'tracked',
    origin: 'waybill',
    request,
    to: request.to,
    from: request.from,
    channel: request.channel,
    status: request.sendAt === null ? 'accepted' : 'scheduled',
    statusSince: occurredAt,
    createdAt: occurredAt,
    attempts: [],
    next: {
      number: 1,
      dueAt: request.sendAt ?? occurredAt,
      channel: request.channel,
      to: request.to,
      from: request.from,
      text: request.text,
    },
    ...planNotBegun,
    reportIds: [],
    adoptedStreams: [],
    resolutions: [],
    resolvedAs: null,
    cancelledBecause: null,
    resentAs: [],
    contradiction: null,
  };
}

type ReportData = Extract<MessageEvent, { type: 'StatusReported' }>['data'] & {
  readonly adoptedFrom?: AdoptedFrom;
};

const externalMessage = (report: ReportData): TrackedMessage => ({
  kind: 'tracked',
  origin: 'external',
  request: null,
  to: report.to,
  from: report.from,
  channel: report.channel,
  status: report.status,
  statusSince: report.occurredAt,
  createdAt: report.occurredAt,
  attempts: [],
  next: null,
  ...planNotBegun,
  reportIds: [],
  adoptedStreams: [],
  resolutions: [],
  resolvedAs: null,
  cancelledBecause: null,
  resentAs: [],
  contradiction: null,
});

const newAttempt = (number: number, about: Pick<Attempt, 'channel' | 'to' | 'from'>): Attempt => ({
  number,
  channel: about.channel,
  to: about.to,
  from: about.from,
  messageUuid: null,
  externalId: null,
  status: 'sending',
  outcome: 'pending',
  error: null,
  refusal: null,
  unknownBecause: null,
  isDoubted: false,
  usage: null,
  networkCode: null,
  segmentCount: null,
  segments: [],
  confirmBy: null,
  startedAt: null,
  recoveredAt: null,
  acceptedAt: null,
  submittedAt: null,
  deliveredAt: null,
  reported: [],
});

/** Finds a report's attempt: by its client ref, else by the uuid, else it can only be the last. */
export function attemptNumberOf(
  message: TrackedMessage,
  report: { readonly attempt: number | null; readonly messageUuid: string },
): number {
  return (
    report.attempt ??
    message.attempts.find(({ messageUuid }) => messageUuid === report.messageUuid)?.number ??
    currentAttempt(message)?.number ??
    1
  );
}

function reported(message: Message, report: ReportData): TrackedMessage {
  const tracked = message.kind === 'tracked' ? message : externalMessage(report);
  const number = attemptNumberOf(tracked, report);
  const known = tracked.attempts.some((attempt) => attempt.number === number);
  const attempts = known
    ? tracked.attempts
    : inOrder([...tracked.attempts, newAttempt(number, report)]);
  return {
    ...tracked,
    status: report.status,
    statusSince: report.occurredAt,
    createdAt: createdAtAfter(tracked, report),
    attempts: changeAttempt(attempts, number, (attempt) => withReport(attempt, report)),
    // Any report on a message that waits for a retry cancels the retry.
    next: null,
    resolvedAs: null,
    reportIds: [...tracked.reportIds, report.reportId],
    adoptedStreams: adoptedStreamsAfter(tracked, report.adoptedFrom),
  };
}

/** The last attempt is the present one, so an earlier one that only a report names stands before it. */
const inOrder = (attempts: readonly Attempt[]): readonly Attempt[] =>
  attempts.toSorted((left, right) => left.number - right.number);

/** A message that is not ours is as old as the earliest report about it, whichever arrived first. */
const createdAtAfter = (
  message: TrackedMessage,
  { occurredAt }: Pick<ReportData, 'occurredAt'>,
): string =>
  message.origin === 'external' && occurredAt < message.createdAt ? occurredAt : message.createdAt;

const adoptedStreamsAfter = (
  { adoptedStreams }: TrackedMessage,
  from: AdoptedFrom | null | undefined,
): readonly string[] =>
  from === null || from === undefined || adoptedStreams.includes(from.stream)
    ? adoptedStreams
    : [...adoptedStreams, from.stream];

const withReport = (attempt: Attempt, report: ReportData): Attempt => ({
  ...attempt,
  status: report.status,
  messageUuid: attempt.messageUuid ?? report.messageUuid,
  error: report.error ?? (meansReached(report.status) ? null : attempt.error),
  usage: report.usage ?? attempt.usage,
  networkCode: report.networkCode ?? attempt.networkCode,
  segmentCount: report.segmentCount ?? attempt.segmentCount,
  segments: report.segments.length > 0 ? report.segments : attempt.segments,
  submittedAt: report.status === 'submitted' ? report.occurredAt : attempt.submittedAt,
  deliveredAt: report.status === 'delivered' ? report.occurredAt : attempt.deliveredAt,
  reported: reportedAfter(attempt, report.status),
});

const reportedAfter = (
  { reported: known }: Attempt,
  status: ReportStatus,
): readonly ReportStatus[] => (known.includes(status) ? known : [...known, status]);

/**
 * A refused report does not change the message's status, but what it says beside it (cost, network) is still true, and so is the
 * failure of an attempt that something else has followed meanwhile.
 */
function refused(message: TrackedMessage, report: StatusRefused['data']): TrackedMessage {
  const number = attemptNumberOf(message, report);
  // `read` overtook `delivered`: the time of delivery is news, the status is not.
  const isOvertaken = report.reason === 'late' || report.reason === 'repeat';
  return {
    ...message,
    createdAt: createdAtAfter(message, report),
    attempts: changeAttempt(message.attempts, number, (attempt) => ({
      ...attempt,
      ...(meansFailed(report.status) && isUnheard(attempt)
        ? { status: report.status, error: report.error }
        : {}),
      usage: attempt.usage ?? report.usage,
      networkCode: attempt.networkCode ?? report.networkCode,
      segmentCount: attempt.segmentCount ?? report.segmentCount,
      submittedAt:
        attempt.submittedAt ?? (report.status === 'submitted' ? report.occurredAt : null),
      deliveredAt:
        attempt.deliveredAt ??
        (isOvertaken && report.status === 'delivered' ? report.occurredAt : null),
      reported: reportedAfter(attempt, report.status),
    })),
    reportIds: message.reportIds.includes(report.reportId)
      ? message.reportIds
      : [...message.reportIds, report.reportId],
    adoptedStreams: adoptedStreamsAfter(message, report.adoptedFrom),
    contradiction:
      report.reason === 'contradiction'
        ? {
            reported: report.status,
            current: report.current,
            attempt: number,
            occurredAt: report.occurredAt,
          }
        : message.contradiction,
  };
}

type Progress = Exclude<
  MessageEvent,
  { type: 'MessageRequested' | 'StatusReported' | 'ReportAdopted' | 'StatusRefused' }
>;

function progressed(message: TrackedMessage, event: Progress): TrackedMessage {
  const at = event.data.occurredAt;
  const to = (status: MessageStatus): TrackedMessage => ({ ...message, status, statusSince: at });
  switch (event.type) {
    case 'AttemptStarted': {
      const { attempt: number, confirmBy } = event.data;
      const attempt = { ...newAttempt(number, event.data), confirmBy, startedAt: at };
      return { ...to('sending'), attempts: [...message.attempts, attempt], next: null };
    }
    case 'AttemptRecovered':
      return recovered(message, event.data);
    case 'AttemptAccepted':
    case 'AttemptRefused':
    case 'AttemptOutcomeUnknown':
      return withOutcome(message, event);
    case 'OutcomeResolved':
      return resolved(message, event.data);
    case 'RetryScheduled':
      return {
        ...to('retrying'),
        next: {
          ...lastAddressed(message),
          number: event.data.nextAttempt,
          dueAt: event.data.dueAt,
        },
      };
    case 'FallbackStarted': {
      const { nextAttempt: number, channel, to: recipient, from, step } = event.data;
      return {
        ...to('retrying'),
        next: {
          number,
          dueAt: at,
          channel,
          to: recipient,
          from,
          ...wordsOf(message, event.data),
        },
        channelSinceAttempt: number,
        fallbackStepsStarted: step,
        stepTried: step,
        triedBefore: {
          channelSinceAttempt: message.channelSinceAttempt,
          stepTried: message.stepTried,
        },
      };
    }
    case 'RetryWithdrawn': {
      const { skipped, reason } = event.data;
      if (skipped !== undefined) return withoutStep(to(skipped.status), skipped.step, reason);
      // Our own call was answered after all; a report has changed the status already.
      const { status = message.status } = currentAttempt(message) ?? {};
      return { ...(message.status === 'retrying' ? to(status) : message), next: null };
    }
    case 'FallbackFinished':
      return message;
    case 'DeliveryUnconfirmed':
      return { ...to('unconfirmed'), attempts: withoutWindow(message, event.data.attempt) };
    case 'MessageCancelled':
      return { ...to('cancelled'), next: null, cancelledBecause: event.data.reason };
    case 'MessageExpired':
      return { ...to('expired'), next: null };
    case 'MessageResent':
      return { ...message, resentAs: [...message.resentAs, event.data.messageId] };
    case 'PersonalDataErased':
      return erased(message, event.data.country);
  }
}

/** A step of which no attempt was made leaves no trace: a retry of the attempt before it repeats what that one said. */
function withoutStep(message: TrackedMessage, step: number, reason: string): TrackedMessage {
  const isUntried = (currentAttempt(message)?.number ?? 0) < message.channelSinceAttempt;
  return {
    ...message,
    ...(isUntried ? message.triedBefore : {}),
    next: null,
    skippedSteps: [...message.skippedSteps, { step, reason }],
  };
}

/** A window closes once, also when the carrier takes the message after that. */
const withoutWindow = ({ attempts }: TrackedMessage, number: number): TrackedMessage['attempts'] =>
  changeAttempt(attempts, number, (attempt) => ({ ...attempt, confirmBy: null }));

/** The carrier's words may quote the number. */
const withoutWords = (error: ReportError): ReportError => ({
  ...error,
  title: error.title && ERASED,
  detail: error.detail && ERASED,
});

/** A report as it is recorded: what comes after an erasure is stored without words. */
const heard = <Told extends Report>(message: Message, report: Told): Told =>
  message.kind === 'tracked' && message.isErased === true && report.error !== null
    ? { ...report, error: withoutWords(report.error) }
    : report;

function erased(message: TrackedMessage, countryLeft: string | null): TrackedMessage {
  const { request } = message;
  return {
    ...message,
    to: ERASED,
    request: request && {
      ...request,
      to: ERASED,
      text: ERASED,
      reference: request.reference && ERASED,
      overrideOptOut: request.overrideOptOut && ERASED,
      fallback: request.fallback.map((step) => ({
        ...step,
        to: ERASED,
        text: step.text && ERASED,
        ...(step.subject === undefined ? {} : { subject: ERASED }),
        ...(step.template === undefined ? {} : { template: { ...step.template, parameters: [] } }),
      })),
    },
    attempts: message.attempts.map((attempt) => ({
      ...attempt,
      to: ERASED,
      error: attempt.error && withoutWords(attempt.error),
    })),
    resolutions: message.resolutions.map((resolution) => ({ ...resolution, reason: ERASED })),
    next: null,
    isErased: true,
    countryLeft,
  };
}

/** Recovers an attempt: Vonage took it, since it reports on it. The pending attempt is withdrawn. */
function recovered(message: TrackedMessage, data: AttemptRecovered['data']): TrackedMessage {
  const { attempt: number, messageUuid, confirmBy, occurredAt, fallbackStepsStarted } = data;
  const status = 'sent';
  const made = { status, outcome: 'accepted', recoveredAt: occurredAt } as const;
  const attempt: Attempt = { ...newAttempt(number, data), ...made, messageUuid, confirmBy };
  const isOnNextChannel = fallbackStepsStarted > message.fallbackStepsStarted;
  return {
    ...message,
    status,
    statusSince: occurredAt,
    attempts: [...message.attempts, attempt],
    next: null,
    fallbackStepsStarted,
    resolvedAs: null,
    ...(isOnNextChannel ? { channelSinceAttempt: number, stepTried: fallbackStepsStarted } : {}),
  };
}

function resolved(
  message: TrackedMessage,
  { occurredAt: at, ...resolution }: OutcomeResolved['data'],
): TrackedMessage {
  const resolutions = [...message.resolutions, { ...resolution, at }];
  const { outcome, attempt } = resolution;
  if (outcome === 'resend') return { ...message, resolutions };
  const status = outcome === 'abandon' ? 'failed' : 'delivered';
  return {
    ...message,
    status,
    statusSince: at,
    attempts: changeAttempt(message.attempts, attempt, (one) => ({ ...one, status })),
    next: null,
    resolutions,
    resolvedAs: outcome,
  };
}

/** Returns the recipient and text of the last attempt: a retry repeats them. */
function lastAddressed(message: TrackedMessage): Omit<NextAttempt, 'number' | 'dueAt'> {
  const step = message.request?.fallback[message.stepTried - 1];
  const { channel, to, from } = currentAttempt(message) ?? message;
  return { channel, to, from, ...wordsOf(message, step) };
}

/** Returns what a step says, which is the message's own text where it has none. */
const wordsOf = (
  { request }: TrackedMessage,
  step: Pick<FallbackStep, 'text' | 'subject' | 'template'> | undefined,
): Pick<NextAttempt, 'text' | 'subject' | 'template'> => ({
  text: step?.text ?? request?.text ?? '',
  ...(step?.subject === undefined ? {} : { subject: step.subject }),
  ...(step?.template === undefined ? {} : { template: step.template }),
});

type Outcome = Extract<
  MessageEvent,
  { type: 'AttemptAccepted' | 'AttemptRefused' | 'AttemptOutcomeUnknown' }
>;

function withOutcome(message: TrackedMessage, event: Outcome): TrackedMessage {
  const at = event.data.occurredAt;
  const number = event.data.attempt;
  const status = statusAfter(event);
  // A report may have overtaken the answer to our own call; then the report knows better.
  const attempts = changeAttempt(message.attempts, number, (attempt) => ({
    ...attempt,
    ...(awaitsOutcome(attempt.status) ? { status } : {}),
    ...outcomeDetails(event, at),
  }));
  const settles = currentAttempt(message)?.number === number && awaitsOutcome(message.status);
  return settles ? { ...message, attempts, status, statusSince: at } : { ...message, attempts };
}

const awaitsOutcome = (status: MessageStatus): boolean =>
  status === 'sending' || status === 'unknown';

function statusAfter(event: Outcome): MessageStatus {
  // Beside Vonage, the server that takes it is the carrier.
  if (event.type === 'AttemptAccepted')
    return event.data.messageUuid === null ? 'submitted' : 'sent';
  if (event.type === 'AttemptOutcomeUnknown') return 'unknown';
  // An error that does not say whether the message went out leaves the outcome unknown.
  return event.data.class === 'ambiguous' ? 'unknown' : 'failed';
}

function outcomeDetails(event: Outcome, at: string): Partial<Attempt> {
  switch (event.type) {
    case 'AttemptAccepted': {
      const { messageUuid, externalId = null } = event.data;
      const accepted = { outcome: 'accepted', acceptedAt: at, messageUuid } as const;
      // No receipt will come, so there is no window for one.
      const direct = { externalId, submittedAt: at, confirmBy: null };
      return messageUuid === null ? { ...accepted, ...direct } : accepted;
    }
    case 'AttemptRefused': {
      const { occurredAt: _, ...refusal } = event.data;
      return { outcome: 'refused', refusal };
    }
    case 'AttemptOutcomeUnknown':
      return {
        outcome: 'unknown',
        unknownBecause: event.data.reason,
        ...(event.data.isDoubted === true ? { isDoubted: true } : {}),
      };
  }
}

const changeAttempt = (
  attempts: readonly Attempt[],
  number: number,
  change: (attempt: Attempt) => Attempt,
): readonly Attempt[] =>
  attempts.map((attempt) => (attempt.number === number ? change(attempt) : attempt));
