import type { MessageStatus } from '../../domain/message/message-status.js';
import { isFinal } from '../../domain/message/message-status.js';
import type { AttemptRefusal, ResolvedOutcome } from '../../domain/message/message-events.js';
import type { Attempt, Resolved, TrackedMessage } from '../../domain/message/message.js';
import type { Priority } from '../../domain/message/priority.js';
import { countryOfAddress } from '../../domain/contacts/address.js';
import type { ReportError, SegmentResult, Usage } from '../../domain/report.js';
import type { Segments } from '../../domain/segments.js';
import { explain, type Hindrances } from './explain.js';

/** Why an attempt failed: what a report said, or how Vonage answered the call. */
export interface AttemptErrorView extends ReportError {
  readonly source: 'report' | 'call';
  /** HTTP status of Vonage's answer; null for a report, or when there was no answer. */
  readonly httpStatus: number | null;
}

export interface AttemptView {
  readonly number: number;
  readonly channel: string;
  /** The recipient and the sender of this attempt: a fallback step may have others than the message. */
  readonly to: string;
  readonly from: string;
  readonly messageUuid: string | null;
  /** The name under which the server of a channel beside Vonage knows it, for example an e-mail's Message-ID. */
  readonly externalId: string | null;
  readonly status: MessageStatus;
  readonly error: AttemptErrorView | null;
  readonly usage: Usage | null;
  readonly networkCode: string | null;
  readonly segmentCount: number | null;
  readonly segments: readonly SegmentResult[];
  readonly startedAt: string | null;
  /** The time at which a report proved the attempt, although this ledger never started it. */
  readonly recoveredAt: string | null;
  readonly acceptedAt: string | null;
  readonly submittedAt: string | null;
  readonly deliveredAt: string | null;
}

export interface ResolutionView {
  readonly attempt: number;
  readonly outcome: ResolvedOutcome;
  readonly reason: string;
  /** Name of the API key. */
  readonly by: string | null;
  readonly at: string;
}

/** The fields that a message has in a list too. */
export interface MessageHead {
  readonly id: string;
  readonly status: MessageStatus;
  readonly statusSince: string;
  readonly final: boolean;
  readonly contradicted: boolean;
  readonly origin: 'waybill' | 'external';
  readonly to: string;
  readonly from: string;
  readonly country: string | null;
  readonly channel: string;
  readonly reference: string | null;
  readonly createdAt: string;
}

/** A message as the API shows it. */
export interface MessageView extends MessageHead {
  /** Null for a message that we did not send: reports carry no text. */
  readonly text: string | null;
  readonly segments: Segments | null;
  /** Null for a message that was not sent by Waybill. */
  readonly priority: Priority | null;
  readonly sendAt: string | null;
  readonly expiresAt: string | null;
  /** The message that this one repeats. */
  readonly resendOf: string | null;
  /** Vonage's `message_uuid` of the received message that this one answers. */
  readonly inReplyTo: string | null;
  /** The message that repeats this one; the latest, where there are several. */
  readonly resentAs: string | null;
  /** A person's last decision about its unknown outcome; null when there was none. */
  readonly resolution: ResolutionView | null;
  readonly attempts: readonly AttemptView[];
  /** Revision of the last folded event, as a number. */
  readonly revision: number;
  readonly explanation: string;
  /** The trace of the request that made it; left out where nothing was traced. */
  readonly traceId?: string;
}

export const viewMessage = (
  id: string,
  message: TrackedMessage,
  revision: bigint,
  hindrances: Hindrances = {},
): MessageView => ({
  id,
  status: message.status,
  statusSince: message.statusSince,
  final: isFinal(message.status),
  contradicted: message.contradiction !== null,
  origin: message.origin,
  to: message.to,
  from: message.from,
  country: countryOf(message),
  channel: message.channel,
  text: message.request?.text ?? null,
  segments: message.request?.segments ?? null,
  reference: message.request?.reference ?? null,
  priority: message.request?.priority ?? null,
  sendAt: message.request?.sendAt ?? null,
  expiresAt: message.request?.expiresAt ?? null,
  resendOf: message.request?.resendOf ?? null,
  inReplyTo: message.request?.inReplyTo ?? null,
  resentAs: message.resentAs.at(-1) ?? null,
  resolution: viewResolution(message.resolutions.at(-1)),
  attempts: message.attempts.map(viewAttempt),
  revision: Number(revision),
  createdAt: message.createdAt,
  explanation: explain(message, hindrances),
});

function countryOf({ request, isErased, countryLeft, to, channel }: TrackedMessage): string | null {
  if (request !== null) return request.country;
  return isErased === true ? (countryLeft ?? null) : countryOfAddress(to, channel);
}

export const viewAttempt = (attempt: Attempt): AttemptView => ({
  number: attempt.number,
  channel: attempt.channel,
  to: attempt.to,
  from: attempt.from,
  messageUuid: attempt.messageUuid,
  externalId: attempt.externalId,
  status: attempt.status,
  error: viewError(attempt.error, attempt.refusal),
  usage: attempt.usage,
  networkCode: attempt.networkCode,
  segmentCount: attempt.segmentCount,
  segments: attempt.segments,
  startedAt: attempt.startedAt,
  recoveredAt: attempt.recoveredAt,
  acceptedAt: attempt.acceptedAt,
  submittedAt: attempt.submittedAt,
  deliveredAt: attempt.deliveredAt,
});

function viewResolution(last: Resolved | undefined): ResolutionView | null {
  if (last === undefined) return null;
  const { requestId: _, ...shown } = last;
  return shown;
}

function viewError(
  error: ReportError | null,
  refusal: AttemptRefusal | null,
): AttemptErrorView | null {
  if (error !== null) return { source: 'report', ...error, httpStatus: null };
  if (refusal === null) return null;
  return {
    source: 'call',
    class: refusal.class,
    // The number in a problem's type is not a delivery error code, so it is not shown as one.
    code: null,
    title: refusal.problem?.title ?? refusal.reason,
    detail: refusal.problem?.detail ?? null,
    type: refusal.problem?.type ?? null,
    httpStatus: refusal.httpStatus,
  };
}
