import type { DeliveryErrorClass } from '../delivery-errors/delivery-error.js';
import type { PersonalDataErased } from '../erasure-events.js';
import type { Fact } from '../fact.js';
import type { Report } from '../report.js';
import type { Segments } from '../segments.js';
import type { MessageStatus } from './message-status.js';
import type { Priority } from './priority.js';

/**
 * Reasons why a report may not change the state. `not-sent`: nothing was handed to Vonage that it could be about.
 * `late`: something later is already known. `repeat`: it repeats a known status. `contradiction`: it denies a final
 * status. `superseded`: it is about an earlier attempt, or fails one after an earlier one had reached the person.
 */
export const refusalReasons = [
  'not-sent',
  'late',
  'repeat',
  'contradiction',
  'superseded',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export type Encoding = 'auto' | 'text' | 'unicode';

/** The condition for a step of the fallback plan. */
export type FallbackTrigger = 'failure' | 'unconfirmed';

/** A text that WhatsApp has approved, with what stands in its places. */
export interface MessageTemplate {
  /** With the namespace that WhatsApp gives it, where it has one. */
  readonly name: string;
  /** BCP 47, written as WhatsApp writes it, for example `en_GB`. */
  readonly language: string;
  /** The values of the template's parameters `{{1}}`, `{{2}}` and so on, in order. */
  readonly parameters: readonly string[];
}

/** One step of the fallback plan, for when the first channel does not reach the person. */
export interface FallbackStep {
  readonly channel: string;
  readonly when: FallbackTrigger;
  /** Sender and recipient on that channel. */
  readonly from: string;
  readonly to: string;
  /** Null: the message's own text. */
  readonly text: string | null;
  /** The subject of an e-mail, or the title of a push message. */
  readonly subject?: string;
  /** Of WhatsApp, which takes a free text only within a day of the person's own. */
  readonly template?: MessageTemplate;
}

/**
 * `wait`: it is never sent again automatically. `resend`: it is sent once more, because a second text is better than
 * none.
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
  /** The caller's own reference, to find the message by. */
  readonly reference: string | null;
  /** ISO 8601 UTC; null means now. */
  readonly sendAt: string | null;
  /** ISO 8601 UTC; an attempt may not start later. Null means no limit. */
  readonly expiresAt: string | null;
  /** The message's time to live; Vonage gets the rest of it as `ttl`. */
  readonly ttlSeconds: number | null;
  /** Without a final receipt for this long after it was sent, the message is unconfirmed. */
  readonly confirmWithinSeconds: number;
  readonly encoding: Encoding;
  readonly segments: Segments;
  /** ISO 3166-1 alpha-2 of the recipient's number; null where the number tells none. */
  readonly country: string | null;
  readonly fallback: readonly FallbackStep[];
  /** The rule for a call whose outcome is unknown when the window closes. */
  readonly onUnknown: OnUnknown;
  /** The message that this one repeats; null for most. */
  readonly resendOf: string | null;
  /** An administrator's reason for sending although the recipient has opted out; null for most. */
  readonly overrideOptOut: string | null;
  /** The lane in which it waits to be handed over. */
  readonly priority: Priority;
  /** Vonage's `message_uuid` of the received message that it answers; null for most. */
  readonly inReplyTo: string | null;
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
 * copy. The report follows in the same append. `occurredAt` is the time of discovery; the time of the call is unknown.
 */
export type AttemptRecovered = Fact<
  'AttemptRecovered',
  AttemptStart & {
    messageUuid: string;
    /** Fallback steps that must have been started by then, because the attempt is on their channel. */
    fallbackStepsStarted: number;
  }
>;

/** Vonage answered 202, or the server of another channel took it. */
export type AttemptAccepted = Fact<
  'AttemptAccepted',
  {
    attempt: number;
    /** Null on a channel beside Vonage: nothing more will be heard of the attempt. */
    messageUuid: string | null;
    /** The name under which such a channel's server knows it, for example an e-mail's Message-ID. */
    externalId?: string;
  }
>;

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
  /** The reason in words, for people. */
  readonly reason: string;
  readonly problem: GatewayProblem | null;
  /** The wait that Vonage asked for, milliseconds. */
  readonly retryAfterMs: number | null;
  /** The code of a channel beside Vonage, for example `smtp-550`. */
  readonly code?: string;
}

/** Vonage answered with an error, or the request provably never left. */
export type AttemptRefused = Fact<'AttemptRefused', AttemptRefusal>;

/** The outcome of the call is unknown: timeout, reset, unreadable answer, crash. */
export type AttemptOutcomeUnknown = Fact<
  'AttemptOutcomeUnknown',
  {
    attempt: number;
    reason: string;
    /** A process unknown to this ledger may have sent it, so nothing is sent automatically. */
    isDoubted?: true;
  }
>;

/** A report that the state machine applied. `occurredAt` is Vonage's timestamp, when that can be true. */
export type StatusReported = Fact<'StatusReported', Report>;

/** The place where an adopted report was first recorded. */
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
  {
    nextAttempt: number;
    dueAt: string;
    reason: string;
    /** The lane, channel and sender of the next attempt: whoever hands it over need not read the message for them. */
    priority: Priority;
    channel: string;
    from: string;
  }
>;

/** The pending attempt is withdrawn and no longer due. */
export type RetryWithdrawn = Fact<
  'RetryWithdrawn',
  {
    reason: string;
    /** The end of the confirmation window that is to be closed now. Absent where nothing is left to be done. */
    confirmBy?: string;
    /** The step of the fallback plan that is given up with it, and the status after that. Absent where none is. */
    skipped?: { readonly step: number; readonly status: MessageStatus };
  }
>;

/** The confirmation window closed without a final receipt. */
export type DeliveryUnconfirmed = Fact<
  'DeliveryUnconfirmed',
  { attempt: number; windowSeconds: number }
>;

export type FallbackStarted = Fact<
  'FallbackStarted',
  FallbackStep & { step: number; nextAttempt: number; priority: Priority }
>;

export type FallbackFinished = Fact<
  'FallbackFinished',
  { step: number; outcome: 'reached' | 'exhausted' }
>;

export type MessageCancelled = Fact<'MessageCancelled', { reason: string }>;

export type MessageExpired = Fact<'MessageExpired', { expiresAt: string }>;

/** A person's possible decisions about an attempt of unknown outcome. */
export const resolvedOutcomes = ['resend', 'abandon', 'delivered'] as const;
export type ResolvedOutcome = (typeof resolvedOutcomes)[number];

export interface Resolution {
  readonly attempt: number;
  /** `resend`: the next attempt follows. `abandon`: the message failed. `delivered`: the person has it. */
  readonly outcome: ResolvedOutcome;
  /** The reason in the words of the person who decided. */
  readonly reason: string;
  /** Name of the API key; null where no key was used. */
  readonly by: string | null;
  /** Derived from the Idempotency-Key; null when there was none. */
  readonly requestId: string | null;
}

/** A person, not a report, settled an unknown outcome. */
export type OutcomeResolved = Fact<'OutcomeResolved', Resolution>;

/**
 * A new message repeats this one, which was final. It is recorded before the new one, which is missing where that was cut off;
 * earlier versions recorded it after the new one.
 */
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
  | MessageResent
  | PersonalDataErased;
