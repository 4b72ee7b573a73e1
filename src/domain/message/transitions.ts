import type { ReportStatus } from '../report.js';
import type { RefusalReason, ResolvedOutcome } from './message-events.js';
import { isFinal, type MessageStatus } from './message-status.js';

export type Verdict = 'applies' | RefusalReason;

/** A decision of a person that ends the message. */
export type FinalResolution = Exclude<ResolvedOutcome, 'resend'>;

/**
 * The verdict on a report about an attempt that this ledger never started. `recovers`: it proves that the attempt was
 * made.
 */
export type UnstartedVerdict = 'recovers' | 'not-sent';

type Row = Readonly<Record<ReportStatus, Verdict>>;

const row = (
  submitted: Verdict,
  delivered: Verdict,
  read: Verdict,
  failing: Verdict | Pick<Row, 'rejected' | 'undeliverable' | 'failed'>,
): Row => ({
  submitted,
  delivered,
  read,
  ...(typeof failing === 'string'
    ? { rejected: failing, undeliverable: failing, failed: failing }
    : failing),
});

const notSent = row('not-sent', 'not-sent', 'not-sent', 'not-sent');
const open = row('applies', 'applies', 'applies', 'applies');

/** Failed for good in one way: the same word again is a repeat, any other word denies it. */
const failedAs = (status: 'rejected' | 'undeliverable' | 'failed'): Row =>
  row('late', 'contradiction', 'contradiction', {
    rejected: 'contradiction',
    undeliverable: 'contradiction',
    failed: 'contradiction',
    [status]: 'repeat',
  });

/**
 * The whole state machine for reports about the current attempt.
 * Columns: submitted, delivered, read, then rejected/undeliverable/failed.
 */
const verdicts: Readonly<Record<MessageStatus, Row>> = {
  scheduled: notSent,
  accepted: notSent,
  cancelled: notSent,
  expired: notSent,
  sending: open,
  unknown: open,
  sent: open,
  unconfirmed: open,
  submitted: row('repeat', 'applies', 'applies', 'applies'),
  delivered: row('late', 'repeat', 'applies', 'contradiction'),
  read: row('late', 'late', 'repeat', 'contradiction'),
  retrying: row('late', 'applies', 'applies', 'repeat'),
  rejected: failedAs('rejected'),
  undeliverable: failedAs('undeliverable'),
  failed: failedAs('failed'),
};

/** Verdicts after a person's decision: a carrier's report overrides it. */
const resolvedVerdicts: Readonly<Record<FinalResolution, Row>> = {
  abandon: row('late', 'applies', 'applies', 'repeat'),
  delivered: row('late', 'applies', 'applies', 'contradiction'),
};

/** Verdicts where an attempt was made, and what was to follow it was withdrawn or came too late. */
const withdrawnVerdicts: Row = row('late', 'contradiction', 'contradiction', 'late');

/** Like `verdictOn`, for a message that is cancelled or expired although an attempt was made. */
export const verdictOnWithdrawn = (reported: ReportStatus): Verdict => withdrawnVerdicts[reported];

/** True for the statuses by which nothing more is sent, whatever was sent before. */
export const isWithdrawn = (status: MessageStatus): boolean =>
  status === 'cancelled' || status === 'expired';

/** Like `verdictOn`, for a message that a person gave up, or called delivered. */
export const verdictOnResolved = (reported: ReportStatus, resolved: FinalResolution): Verdict =>
  resolvedVerdicts[resolved][reported];

/**
 * A message without a final status may have been sent again by a process whose events were lost with a newer ledger.
 */
export const verdictOnUnstarted = (current: MessageStatus): UnstartedVerdict =>
  isFinal(current) ? 'not-sent' : 'recovers';

/** Tells if a report about the current attempt may change the status, and if not, the reason. */
export const verdictOn = (reported: ReportStatus, current: MessageStatus): Verdict =>
  verdicts[current][reported];

/** True for the statuses by which a carrier says that the phone has it. */
export const meansReached = (status: ReportStatus): boolean =>
  status === 'delivered' || status === 'read';

/** True for the statuses by which a carrier or Vonage reports a failure. */
export const meansFailed = (
  status: ReportStatus,
): status is 'rejected' | 'undeliverable' | 'failed' =>
  status === 'rejected' || status === 'undeliverable' || status === 'failed';
