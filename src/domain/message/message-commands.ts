import type { Moment } from '../elapsed-time.js';
import type { Report } from '../report.js';
import type { AdoptedFrom, AttemptRefusal, MessageRequest, Resolution } from './message-events.js';
import type { RetryPolicy } from './retry-policy.js';

/** The outside values that every decision needs, so that deciding stays pure. */
export interface Circumstances extends Moment {
  readonly retryPolicy: RetryPolicy;
  /** Uniform in [0, 1): spreads retries. */
  readonly jitter: number;
}

export type CallOutcome =
  | { readonly kind: 'accepted'; readonly messageUuid: string | null; readonly externalId?: string }
  | ({ readonly kind: 'refused' } & Omit<AttemptRefusal, 'attempt'>)
  | { readonly kind: 'unknown'; readonly reason: string };

export type MessageCommand =
  | { readonly type: 'RequestMessage'; readonly request: MessageRequest }
  | {
      readonly type: 'StartAttempt';
      readonly messageId: string;
      /** The call finds out whether Vonage takes messages again. */
      readonly isProbe?: boolean;
    }
  /** A process unknown to this ledger may have sent it. */
  | { readonly type: 'DoubtAttempt'; readonly messageId: string; readonly reason: string }
  | { readonly type: 'RecordOutcome'; readonly attempt: number; readonly outcome: CallOutcome }
  | {
      readonly type: 'ReportStatus';
      readonly report: Report;
      /** The id that an earlier version gave to the same report. */
      readonly formerReportId?: string;
      /** ISO 8601 UTC, as is `receivedAt`. */
      readonly occurredAt: string;
      readonly receivedAt: string;
    }
  /** A record of the provider, from its own reports and not from a webhook. */
  | {
      readonly type: 'ReconcileReport';
      readonly report: Report;
      readonly occurredAt: string;
      readonly receivedAt: string;
      /** A process that this ledger does not remember may have heard it, and sent what follows from it. */
      readonly isDoubtful: boolean;
    }
  | {
      readonly type: 'AdoptReport';
      readonly report: Report;
      readonly occurredAt: string;
      readonly receivedAt: string;
      readonly adoptedFrom: AdoptedFrom;
    }
  | {
      readonly type: 'ResolveOutcome';
      readonly resolution: Omit<Resolution, 'attempt'>;
    }
  /** Another message repeats this one, and is about to be recorded. */
  | {
      readonly type: 'LinkResent';
      readonly messageId: string;
      readonly reason: string;
      readonly by: string | null;
      /** True: only where no attempt may have arrived, and no other message repeats it. */
      readonly isCareful: boolean;
    }
  | { readonly type: 'CloseConfirmationWindow' }
  | { readonly type: 'ExpireMessage' }
  | { readonly type: 'CancelMessage'; readonly reason: string }
  /** A step of the fallback plan may not be sent. @property step counts from 1 */
  | { readonly type: 'SkipStep'; readonly step: number; readonly reason: string }
  /** The keys of its person are destroyed. @property country of the number, which nobody can read any more */
  | { readonly type: 'ErasePersonalData'; readonly country: string | null };

/** The reason that is recorded for a withdrawal by a caller. */
export const WITHDRAWN_BY_REQUEST = 'withdrawn by request';
