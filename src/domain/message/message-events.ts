import type { DeliveryErrorClass } from '../delivery-errors/delivery-error.js';
import type { Fact } from '../fact.js';
import type { Report } from '../report.js';
import type { Segments } from '../segments.js';
import type { MessageStatus } from './message-status.js';

/**
 * Why a report may not change the state.
 * `not-sent`: nothing was handed to Vonage that it could be about. `late`: something later is already
 * known. `repeat`: it says what is known. `contradiction`: it denies a final status. `superseded`: it
 * is about an earlier attempt.
 */
export type RefusalReason = 'not-sent' | 'late' | 'repeat' | 'contradiction' | 'superseded';

export type Encoding = 'auto' | 'text' | 'unicode';

/** When a step of the fallback plan is tried. */
export type FallbackTrigger = 'failure' | 'unconfirmed';

/** One step of what to try when the first channel does not reach the person. */
export interface FallbackStep {
  readonly channel: string;
  readonly when: FallbackTrigger;
  /** Sender and recipient on that channel. */
  readonly from: string;
  readonly to: string;
  /** Null: the message's own text. */
  readonly text: string | null;
}

/**
 * `wait`: it is never sent again by itself. `resend`: it is sent once more, because a second text is better than none.
 */
export const onUnknownRules = ['wait', 'resend'] as const;
export type OnUnknown = (typeof onUnknownRules)[number];

export interface MessageRequest {
  /** Digits, no `+`. */
  readonly to: string;
  /** Digits, or an alphanumeric sender. */
  readonly from: string;
  readonly channel: string;
  readonly text: string;
  /** Whatever our user wants to find the message by. */
  readonly reference: string | null;
  /** ISO 8601 UTC; null means now. */
  readonly sendAt: string | null;
  /** ISO 8601 UTC; an attempt may not start later. Null means no limit. */
  readonly expiresAt: string | null;
  /** What is left of the message's life is given to Vonage as its `ttl`. */
  readonly ttlSeconds: number | null;
  /** Without a final receipt for this long after it was sent, the message is unconfirmed. */
  readonly confirmWithinSeconds: number;
  readonly encoding: Encoding;
  readonly segments: Segments;
  /** ISO 3166-1 alpha-2 of the recipient's number; null where the number tells none. */
  readonly country: string | null;
  readonly fallback: readonly FallbackStep[];
  /** What follows when the window closes on a call of which nobody knows whether Vonage took it. */
  readonly onUnknown: OnUnknown;
  /** The message that this one repeats; null for most. */
  readonly resendOf: string | null;
}

export type MessageRequested = Fact<'MessageRequested', MessageRequest>;

export interface AttemptStart {
  /** Counts from 1. */
  readonly attempt: number;
  readonly channel: string;
  readonly to: string;
  readonly from: string;
  /** `<message id>.<attempt>` */
  readonly clientRef: string;
  /** ISO 8601 UTC: without a final receipt until then, the message is unconfirmed. */
  readonly confirmBy: string;
}

/** A call to Vonage is about to be made. Recorded before the call, so that a crash cannot hide it. */
export type AttemptStarted = Fact<'AttemptStarted', AttemptStart>;

/**
 * A report names an attempt that this ledger never started: it was made before the ledger was restored from an older
 * copy. The report follows in the same append. `occurredAt` is when that was noticed; nobody knows when it was made.
 */
export type AttemptRecovered = Fact<
  'AttemptRecovered',
  AttemptStart & {
    messageUuid: string;
    /** Steps of the fallback plan that must have been started by then, because the attempt is on their channel. */
    fallbackStepsStarted: number;
  }
>;

/** Vonage answered 202. */
export type AttemptAccepted = Fact<'AttemptAccepted', { attempt: number; messageUuid: string }>;

/** The problem document with which Vonage refused, as far as it had one. Never a token, text or number. */
export interface GatewayProblem {
  readonly type: string | null;
  readonly title: string | null;
  readonly detail: string | null;
  readonly instance: string | null;
  readonly invalidParameters: readonly { readonly name: string; readonly reason: string }[];
}

export interface AttemptRefusal {
  readonly attempt: number;
  /** Null when there was no answer, because the request provably never left. */
  readonly httpStatus: number | null;
  readonly class: DeliveryErrorClass;
  /** In words, for people. */
  readonly reason: string;
  readonly problem: GatewayProblem | null;
  /** How long Vonage asked us to wait, milliseconds. */
  readonly retryAfterMs: number | null;
}

/** Vonage answered with an error, or the request provably never left. */
export type AttemptRefused = Fact<'AttemptRefused', AttemptRefusal>;

/** Nobody can say whether Vonage took it: timeout, reset, unreadable answer, crash. */
export type AttemptOutcomeUnknown = Fact<
  'AttemptOutcomeUnknown',
  {
    attempt: number;
    reason: string;
    /** It may have been sent by a process of which this ledger knows nothing, so nothing is sent by itself. */
    isDoubted?: true;
  }
>;

/** A report that the state machine applied. `occurredAt` is Vonage's timestamp, where that can be true. */
export type StatusReported = Fact<'StatusReported', Report>;

/** Where an adopted report was first recorded. */
export interface AdoptedFrom {
  readonly stream: string;
  /** Revision there, as a decimal string. */
  readonly revision: string;
  readonly eventId: string;
}

/** A report that may not change the state. It is kept, because it did arrive. */
export type StatusRefused = Fact<
  'StatusRefused',
  Report & { current: MessageStatus; reason: RefusalReason; adoptedFrom: AdoptedFrom | null }
>;

/** A report, first recorded elsewhere, that turned out to be about this message and was applied. */
export type ReportAdopted = Fact<'ReportAdopted', Report & { adoptedFrom: AdoptedFrom }>;

export type RetryScheduled = Fact<
  'RetryScheduled',
  { nextAttempt: number; dueAt: string; reason: string }
>;

/** What was still due is not due any more. */
export type RetryWithdrawn = Fact<'RetryWithdrawn', { reason: string }>;

/** The confirmation window closed without a final receipt. */
export type DeliveryUnconfirmed = Fact<
  'DeliveryUnconfirmed',
  { attempt: number; windowSeconds: number }
>;

export type FallbackStarted = Fact<
  'FallbackStarted',
  FallbackStep & { step: number; nextAttempt: number }
>;

export type FallbackFinished = Fact<
  'FallbackFinished',
  { step: number; outcome: 'reached' | 'exhausted' }
>;

export type MessageCancelled = Fact<'MessageCancelled', { reason: string }>;

export type MessageExpired = Fact<'MessageExpired', { expiresAt: string }>;

/** What a person decides about an attempt of which nobody knows whether Vonage took it. */
export const resolvedOutcomes = ['resend', 'abandon', 'delivered'] as const;
export type ResolvedOutcome = (typeof resolvedOutcomes)[number];

export interface Resolution {
  readonly attempt: number;
  /** `resend`: the next attempt follows. `abandon`: the message failed. `delivered`: the person has it. */
  readonly outcome: ResolvedOutcome;
  /** In the words of who decided. */
  readonly reason: string;
  /** Name of the API key; null where no key was used. */
  readonly by: string | null;
  /** Made of the Idempotency-Key; null where there was none. */
  readonly requestId: string | null;
}

/** A person, not a report, settled an unknown outcome. */
export type OutcomeResolved = Fact<'OutcomeResolved', Resolution>;

/** A new message repeats this one, which was final. It is recorded after the new one. */
export type MessageResent = Fact<
  'MessageResent',
  { messageId: string; reason: string; by: string | null }
>;

export type MessageEvent =
  | MessageRequested
  | AttemptStarted
  | AttemptRecovered
  | AttemptAccepted
  | AttemptRefused
  | AttemptOutcomeUnknown
  | OutcomeResolved
  | StatusReported
  | StatusRefused
  | ReportAdopted
  | RetryScheduled
  | RetryWithdrawn
  | DeliveryUnconfirmed
  | FallbackStarted
  | FallbackFinished
  | MessageCancelled
  | MessageExpired
  | MessageResent;
