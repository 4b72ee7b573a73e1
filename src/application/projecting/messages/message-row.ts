import { ERASED } from '../../../domain/erasure-events.js';
import { CLOCK_SKEW_MS_MAX } from '../../../domain/claimed-time.js';
import type {
  AdoptedFrom,
  AttemptRefusal,
  MessageEvent,
} from '../../../domain/message/message-events.js';
import type { MessageStatus } from '../../../domain/message/message-status.js';
import { meansReached } from '../../../domain/message/transitions.js';
import { countryOfAddress } from '../../../domain/contacts/address.js';
import type { Report } from '../../../domain/report.js';
import { costOf } from './money.js';

/** One attempt as lists and reports need it. Times are milliseconds since 1970. */
export interface AttemptRow {
  /** 0 before the first attempt. */
  readonly number: number;
  readonly startedAt: number | null;
  readonly submittedAt: number | null;
  readonly deliveredAt: number | null;
  /** The reported time of delivery cannot be true, so the time to delivery is not known. */
  readonly deliveryImplausible?: true;
  readonly networkCode: string | null;
  readonly errorCode: string | null;
  /** Vonage's own count; null when it named none. */
  readonly segmentCount: number | null;
  readonly currency: string | null;
  /** Integer, see `money.ts`. */
  readonly amount: number;
  readonly messageUuid: string | null;
}

/** One message as lists show it and reports count it. Times are milliseconds since 1970. */
export interface MessageRow {
  readonly messageId: string;
  readonly origin: 'waybill' | 'external';
  readonly status: MessageStatus;
  readonly statusSince: number;
  readonly contradicted: boolean;
  readonly to: string;
  readonly from: string;
  readonly channel: string;
  readonly country: string | null;
  readonly reference: string | null;
  /** Vonage's name of the received message that it answers. */
  readonly inReplyTo: string | null;
  /** Segments of our request; 0 when the message is not ours. */
  readonly segmentsRequested: number;
  readonly createdAt: number;
  readonly current: AttemptRow;
  /** Earlier attempts. Nearly always empty: only a retried message has any. */
  readonly earlier: readonly AttemptRow[];
  /** A person called it delivered; no carrier reported so. */
  readonly isDeliveredByOperator?: true;
  /** Its reports belong to another message, which counts them. It is in no list and no report. */
  readonly adopted: boolean;
}

const unstarted: AttemptRow = {
  number: 0,
  startedAt: null,
  submittedAt: null,
  deliveredAt: null,
  networkCode: null,
  errorCode: null,
  segmentCount: null,
  currency: null,
  amount: 0,
  messageUuid: null,
};

type ReportData = Report & {
  readonly occurredAt: string;
  readonly adoptedFrom?: AdoptedFrom | null;
};

/**
 * Returns the row after an event. It gives the same answers as folding the domain's message (a test compares the two),
 * but keeps only what is listed and counted, because it runs millions of times. Events in another order give the same
 * row, wherever the state machine allows that.
 */
export function changedRow(
  row: MessageRow | undefined,
  messageId: string,
  event: MessageEvent,
): MessageRow | undefined {
  if (event.type === 'MessageRequested') return row ?? requestedRow(messageId, event.data);
  if (event.type === 'StatusReported' || event.type === 'ReportAdopted') {
    return reported(row ?? externalRow(messageId, event.data), event.data);
  }
  return row && progressed(row, event);
}

/**
 * Marks the row of a stream whose reports turned out to belong to another message. The row stays, because more reports
 * may still arrive on that stream, and none of them may count.
 */
export const adopted = (row: MessageRow): MessageRow =>
  row.adopted ? row : { ...row, adopted: true };

/** Makes the adopted row of a stream that has no row yet, from the facts in the adoption. */
export const adoptedUnseen = (messageId: string, event: Adoption): MessageRow =>
  adopted(externalRow(messageId, event.data));

type Adopting = Extract<MessageEvent, { type: 'ReportAdopted' | 'StatusRefused' }>;

/** An event that adopts a report first recorded elsewhere. */
export type Adoption = Adopting & { readonly data: { readonly adoptedFrom: AdoptedFrom } };

/** Returns the event when it is an adoption. */
export function asAdoption(event: MessageEvent): Adoption | undefined {
  if (event.type !== 'ReportAdopted' && event.type !== 'StatusRefused') return undefined;
  return event.data.adoptedFrom === null ? undefined : (event as Adoption);
}

/** Counts as before: the country of an external message was read from its number. */
const erased = (row: MessageRow, country: string | null): MessageRow => ({
  ...row,
  to: ERASED,
  reference: row.reference && ERASED,
  country: row.country ?? country,
});

type Requested = Extract<MessageEvent, { type: 'MessageRequested' }>['data'];

function requestedRow(messageId: string, request: Requested): MessageRow {
  const createdAt = timeOf(request.occurredAt);
  return {
    messageId,
    origin: 'waybill',
    status: request.sendAt === null ? 'accepted' : 'scheduled',
    statusSince: createdAt,
    contradicted: false,
    to: request.to,
    from: request.from,
    channel: request.channel,
    country: request.country,
    reference: request.reference,
    inReplyTo: request.inReplyTo,
    segmentsRequested: request.segments.count,
    createdAt,
    current: unstarted,
    earlier: [],
    adopted: false,
  };
}

function externalRow(messageId: string, report: ReportData): MessageRow {
  const occurredAt = timeOf(report.occurredAt);
  return {
    messageId,
    origin: 'external',
    status: report.status,
    statusSince: occurredAt,
    contradicted: false,
    to: report.to,
    from: report.from,
    channel: report.channel,
    country: countryOfAddress(report.to, report.channel),
    reference: null,
    inReplyTo: null,
    segmentsRequested: 0,
    createdAt: occurredAt,
    current: { ...unstarted, number: report.attempt ?? 1 },
    earlier: [],
    adopted: false,
  };
}

function reported(row: MessageRow, report: ReportData): MessageRow {
  const at = timeOf(report.occurredAt);
  const cost = costOf(report.usage);
  const known = withEarlier(row, report.attempt);
  const changed = changeAttempt(known, report.attempt, (attempt) => ({
    ...attempt,
    messageUuid: attempt.messageUuid ?? report.messageUuid,
    errorCode: report.error?.code ?? attempt.errorCode,
    networkCode: report.networkCode ?? attempt.networkCode,
    segmentCount: report.segmentCount ?? attempt.segmentCount,
    ...cost,
    submittedAt: report.status === 'submitted' ? at : attempt.submittedAt,
    ...(report.status === 'delivered' ? deliveryIn(attempt, report, at) : {}),
  }));
  const { isDeliveredByOperator: _, ...counted } = changed;
  return {
    ...(meansReached(report.status) ? withoutError(counted) : counted),
    status: report.status,
    statusSince: at,
    createdAt: createdAtAfter(row, at),
  };
}

/** A message that arrived counts under no error, also where an attempt after the one that arrived had failed. */
const withoutError = (row: MessageRow): MessageRow => ({
  ...row,
  current: { ...row.current, errorCode: null },
});

/** Reads the delivery from a report. An implausible claim says nothing about the time to delivery. */
function deliveryIn(
  attempt: AttemptRow,
  { claimedAt }: Pick<ReportData, 'claimedAt'>,
  deliveredAt: number,
): Pick<AttemptRow, 'deliveredAt' | 'deliveryImplausible'> {
  const { startedAt } = attempt;
  const isEarly = startedAt !== null && deliveredAt < startedAt - CLOCK_SKEW_MS_MAX;
  const isImplausible = claimedAt !== undefined || isEarly;
  return isImplausible ? { deliveredAt, deliveryImplausible: true } : { deliveredAt };
}

/** A refused report changes no status, but what it says beside it (cost, network, times) is still true. */
function refused(
  row: MessageRow,
  report: Extract<MessageEvent, { type: 'StatusRefused' }>['data'],
) {
  const at = timeOf(report.occurredAt);
  const cost = costOf(report.usage);
  const overtaken = report.reason === 'late' || report.reason === 'repeat';
  const changed = changeKnownAttempt(row, report.attempt, (attempt) => ({
    ...attempt,
    networkCode: attempt.networkCode ?? report.networkCode,
    segmentCount: attempt.segmentCount ?? report.segmentCount,
    ...(attempt.currency === null ? cost : undefined),
    submittedAt: attempt.submittedAt ?? (report.status === 'submitted' ? at : null),
    // `read` overtook `delivered`: the time of delivery is news, the status is not.
    ...(attempt.deliveredAt === null && overtaken && report.status === 'delivered'
      ? deliveryIn(attempt, report, at)
      : {}),
  }));
  return {
    ...changed,
    contradicted: row.contradicted || report.reason === 'contradiction',
    createdAt: createdAtAfter(row, at),
  };
}

/** A message that is not ours is as old as the earliest report about it, whichever arrived first. */
const createdAtAfter = (row: MessageRow, at: number): number =>
  row.origin === 'external' ? Math.min(row.createdAt, at) : row.createdAt;

type Progress = Exclude<
  MessageEvent,
  { type: 'MessageRequested' | 'StatusReported' | 'ReportAdopted' }
>;

function progressed(row: MessageRow, event: Progress): MessageRow {
  const at = timeOf(event.data.occurredAt);
  const to = (status: MessageStatus): MessageRow => ({ ...row, status, statusSince: at });
  const begun = (status: MessageStatus, attempt: Partial<AttemptRow>): MessageRow => ({
    ...to(status),
    current: { ...unstarted, ...attempt },
    earlier: row.current.number === 0 ? row.earlier : [...row.earlier, row.current],
  });
  switch (event.type) {
    case 'StatusRefused':
      return refused(row, event.data);
    case 'AttemptStarted':
      return begun('sending', { number: event.data.attempt, startedAt: at });
    case 'AttemptRecovered': {
      const { attempt: number, messageUuid } = event.data;
      return begun('sent', { number, messageUuid });
    }
    case 'AttemptAccepted': {
      const { attempt: number, messageUuid } = event.data;
      // Beside Vonage, the server that takes it is the carrier.
      const isDirect = messageUuid === null;
      const changed = changeAttempt(row, number, (attempt) => ({
        ...attempt,
        messageUuid,
        ...(isDirect ? { submittedAt: at } : {}),
      }));
      return settled(changed, number, isDirect ? 'submitted' : 'sent', at);
    }
    case 'AttemptOutcomeUnknown':
      return settled(row, event.data.attempt, 'unknown', at);
    case 'AttemptRefused': {
      const { attempt: number } = event.data;
      const errorCode = refusalCode(event.data);
      const changed = changeAttempt(row, number, (attempt) => ({ ...attempt, errorCode }));
      const status = event.data.class === 'ambiguous' ? 'unknown' : 'failed';
      return awaitsOutcome(row, number) ? settled(changed, number, status, at) : row;
    }
    case 'OutcomeResolved':
      if (event.data.outcome === 'resend') return row;
      return event.data.outcome === 'abandon'
        ? to('failed')
        : { ...withoutError(to('delivered')), isDeliveredByOperator: true };
    case 'RetryScheduled':
    case 'FallbackStarted':
      return to('retrying');
    case 'DeliveryUnconfirmed':
      return to('unconfirmed');
    case 'MessageCancelled':
      return to('cancelled');
    case 'MessageExpired':
      return to('expired');
    case 'RetryWithdrawn':
      if (event.data.skipped !== undefined) return to(event.data.skipped.status);
      // Our own call was answered after all; a report has changed the status already.
      if (row.status !== 'retrying') return row;
      return to(row.current.submittedAt === null ? 'sent' : 'submitted');
    case 'FallbackFinished':
    case 'MessageResent':
      return row;
    case 'PersonalDataErased':
      return erased(row, event.data.country);
  }
}

/** A report may have overtaken the answer to our own call; then the report knows better. */
const awaitsOutcome = (row: MessageRow, number: number): boolean =>
  row.current.number === number && (row.status === 'sending' || row.status === 'unknown');

const settled = (row: MessageRow, number: number, status: MessageStatus, at: number): MessageRow =>
  awaitsOutcome(row, number) ? { ...row, status, statusSince: at } : row;

/** The number at the end of Vonage's problem type, such as `…/api-errors/messages#1120`, else the HTTP status. */
function refusalCode({ problem, httpStatus, code: own }: AttemptRefusal): string {
  if (own !== undefined) return own;
  const code = /#(\d{1,6})$/.exec(problem?.type ?? '')?.[1];
  return code ?? (httpStatus === null ? 'not-connected' : `http-${httpStatus}`);
}

function changeAttempt(
  row: MessageRow,
  number: number | null,
  change: (attempt: AttemptRow) => AttemptRow,
): MessageRow {
  if (number === null || row.current.number === number) {
    return { ...row, current: change(row.current) };
  }
  if (row.current.number === 0) return { ...row, current: change({ ...unstarted, number }) };
  if (number > row.current.number && row.origin === 'external') {
    const current = change({ ...unstarted, number });
    return { ...row, current, earlier: [...row.earlier, row.current] };
  }
  const earlier = row.earlier.map((one) => (one.number === number ? change(one) : one));
  return { ...row, earlier };
}

/** Changes no row of which the attempt is not known: a refused report makes none, also not before the first call. */
const changeKnownAttempt: typeof changeAttempt = (row, number, change) =>
  row.current.number === 0 || (number !== null && number > row.current.number)
    ? row
    : changeAttempt(row, number, change);

/** Adds an attempt that only a report names, where a later one is known already. */
function withEarlier(row: MessageRow, number: number | null): MessageRow {
  const { current, earlier } = row;
  if (number === null || number >= current.number) return row;
  if (earlier.some((one) => one.number === number)) return row;
  const attempts = [...earlier, { ...unstarted, number }];
  return { ...row, earlier: attempts.toSorted((left, right) => left.number - right.number) };
}

/** @throws RangeError for a text that is not a time */
function timeOf(iso: string): number {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) throw new RangeError('a time is not an ISO 8601 time');
  return time;
}
