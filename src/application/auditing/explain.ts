import { explainDeliveryError } from '../../domain/delivery-errors/catalogue.js';
import type { ReportError, ReportStatus } from '../../domain/report.js';
import { capitalised, clause, sentence } from './sentences.js';
import { refusedPart } from '../../domain/message/account-refusal.js';
import { isCarried, isDirect, takerOf } from '../../domain/message/direct-channels.js';
import { endOfWindow } from '../../domain/message/decide.js';
import { WITHDRAWN_BY_REQUEST } from '../../domain/message/message-commands.js';
import { isWaitingToBeSent, type MessageStatus } from '../../domain/message/message-status.js';
import {
  currentAttempt,
  isPerhapsThere,
  type Attempt,
  type TrackedMessage,
} from '../../domain/message/message.js';
import { isWithdrawn, meansReached } from '../../domain/message/transitions.js';

/** The part of a hold that the explanation of a waiting message needs. */
export interface Hold {
  /** ISO 8601 UTC. */
  readonly since: string;
  readonly reason: string;
  /** True when it ends as soon as its provider takes a message. */
  readonly endsByItself: boolean;
  /** True when only messages of this sender on this channel wait. */
  readonly isOfSender: boolean;
}

/** Lists the reasons outside a message that delay or prevent its sending. */
export interface Hindrances {
  /** The end of the back-off that its provider asked for. */
  readonly heldBackUntil?: Date | undefined;
  readonly hold?: Hold | undefined;
  /**
   * The opt-out of a recipient as a sentence, with the fallback step that alone it stops; or `damaged` where an event of
   * the consent cannot be read.
   */
  readonly consent?:
    { readonly optedOut: string; readonly skippedStep: number | null } | 'damaged' | undefined;
  /** The time until which Vonage may repeat refused reports about it. */
  readonly repeatsUntil?: Date | undefined;
  /** The message that was to repeat it and is not recorded. */
  readonly resendCutOff?: string | undefined;
}

/**
 * Explains in plain sentences why the message is in its status, what contradicts it, and what happens next. The reader
 * knows the recipient but not the API.
 */
export function explain(
  message: TrackedMessage,
  { heldBackUntil, hold, consent, repeatsUntil, resendCutOff }: Hindrances = {},
): string {
  return [
    why(message),
    recovery(message),
    contradiction(message),
    ...message.skippedSteps.map(
      ({ step, reason }) => `Step ${step} of the fallback plan was skipped: ${clause(reason)}`,
    ),
    whatNext(message),
    repeated(message),
    resendCutOff === undefined
      ? ''
      : `Sending it again as message ${resendCutOff} was begun and not recorded, so nothing was sent. If it stays so, ask for it again`,
    message.isErased === true ? 'The data of the recipient was erased' : '',
    ...(heldBackUntil === undefined ? [] : [whatHoldsBack(message, heldBackUntil)]),
    ...(hold === undefined ? [] : [whatHolds(message, hold)]),
    ...(consent === undefined ? [] : [whatConsentSays(consent)]),
    ...(repeatsUntil === undefined ? [] : [whatAwaitsRepeats(message, repeatsUntil)]),
  ]
    .filter((text) => text !== '')
    .map(sentence)
    .join(' ');
}

function why(message: TrackedMessage): string {
  const attempt = currentAttempt(message);
  const taker = takerOf((attempt ?? message).channel);
  switch (message.status) {
    case 'scheduled':
      return 'The message waits for the time at which it is to be sent.';
    case 'accepted':
      return 'The message is recorded and waits to be handed to Vonage.';
    case 'sending':
      return `A call to ${taker} is under way.`;
    case 'unknown':
      return `It is not known whether ${taker} took the message: ${clause(unknownReason(attempt))}. The phone may or may not get it.`;
    case 'sent':
      return 'Vonage took the message and has not reported on it since.';
    case 'submitted':
      if (attempt !== undefined && isDirect(attempt.channel)) {
        return `${capitalised(taker)} took the message. It never tells whether a person got it, so nothing more will be heard of this attempt.`;
      }
      return `${
        isCarried((attempt ?? message).channel)
          ? 'Vonage handed the message to the carrier, which has not said yet whether the phone has it'
          : 'Vonage handed the message on, and nobody has said yet whether the phone has it'
      }${anotherWay(message)}`;
    case 'delivered':
      if (message.resolvedAs === 'delivered') {
        return `A person says that the phone has the message: ${decision(message)}. No carrier has confirmed it`;
      }
      return `${isCarried((attempt ?? message).channel) ? 'The carrier' : 'Vonage'} reports that the phone has the message${anotherWay(message)}`;
    case 'read':
      return `The message was opened${anotherWay(message)}`;
    case 'unconfirmed':
      return 'Nobody has confirmed the delivery in the time allowed. The phone may well have the message: some networks send no receipts.';
    case 'retrying':
      if (attempt !== undefined && isFallbackUnheard(message, attempt))
        return isInDoubt(attempt)
          ? `It is not known whether ${taker} took attempt ${attempt.number}, and no report came in the time allowed, so ${FALLBACK_FOLLOWS}`
          : `Nobody has confirmed the delivery of attempt ${attempt.number} in the time allowed, so ${FALLBACK_FOLLOWS}`;
      if (attempt !== undefined && isRepeated(message, attempt))
        return `${whetherTaken(attempt, taker)}, and it is sent again: ${again(message)}`;
      if (attempt?.refusal && refusedPart(attempt.refusal, attempt.channel) !== null)
        return `${capitalised(taker)} did not take the last attempt, for a reason outside the message: ${clause(attempt.refusal.reason)}. It counts as none`;
      return `The last attempt failed: ${failureReason(attempt)}`;
    case 'rejected':
    case 'undeliverable':
    case 'failed':
      if (message.resolvedAs === 'abandon') {
        return `It is not known whether ${taker} took the message, and it was given up: ${decision(message)}`;
      }
      return `${earlierAttempt(message) === '' ? 'The message was not delivered' : 'The last attempt failed'}: ${failureReason(attempt)}`;
    case 'cancelled':
      return withdrawal(message);
    case 'expired':
      return message.attempts.length === 0
        ? 'The message was not sent, because its time was over before that was possible.'
        : 'The message is not tried again, because its time was over before that was possible.';
  }
}

/** Names the attempt where a fallback step took another way than the message; empty where none did. */
function anotherWay(message: TrackedMessage): string {
  const attempt = currentAttempt(message);
  if (attempt === undefined) return '';
  const { number, channel, to } = attempt;
  if (channel === message.channel && to === message.to) return '';
  const isElsewhere = to !== message.to && !isDirect(channel);
  return `: attempt ${number}, by ${channel}${isElsewhere ? ' to another recipient' : ''}`;
}

const FALLBACK_FOLLOWS = 'the next step of the fallback plan follows';

/** True when a fallback step is due although nothing failed: no report came in time. */
const isFallbackUnheard = (
  { next, channelSinceAttempt, fallbackStepsStarted }: TrackedMessage,
  { status }: Attempt,
): boolean =>
  fallbackStepsStarted > 0 &&
  next?.number === channelSinceAttempt &&
  (status === 'unknown' || status === 'sent' || status === 'submitted');

/** True while neither an answer nor a report has said that the provider took it. */
const isInDoubt = ({ status, submittedAt }: Attempt): boolean =>
  status === 'unknown' && submittedAt === null;

/** True for an attempt that is repeated although nothing says that it failed: by a person, or by the caller's rule. */
const isRepeated = ({ resolutions }: TrackedMessage, { status, number }: Attempt): boolean =>
  status === 'unknown' ||
  ((status === 'sent' || status === 'submitted') && resolutions.at(-1)?.attempt === number);

const whetherTaken = (attempt: Attempt, taker: string): string =>
  isInDoubt(attempt)
    ? `It is not known whether ${taker} took attempt ${attempt.number}`
    : `${capitalised(taker)} took attempt ${attempt.number}`;

/** True after a window for a receipt that has closed. Attempts beside Vonage, and of others, never had one. */
const isPastWindow = ({ origin }: TrackedMessage, { channel, confirmBy }: Attempt): boolean =>
  origin === 'waybill' && confirmBy === null && !isDirect(channel);

function withdrawal({ attempts, cancelledBecause }: TrackedMessage): string {
  const withdrawn =
    attempts.length === 0
      ? 'The message was withdrawn before it was handed to Vonage'
      : 'The message was withdrawn, and is not tried again';
  return cancelledBecause === null || cancelledBecause === WITHDRAWN_BY_REQUEST
    ? withdrawn
    : `${withdrawn}: ${clause(cancelledBecause)}`;
}

/** The decision about the attempt, or the consequence of the caller's `onUnknown` rule. */
const again = (message: TrackedMessage): string =>
  message.resolutions.at(-1)?.attempt === currentAttempt(message)?.number
    ? decision(message)
    : 'no report came in time, and the caller prefers a second text to none';

function decision({ resolutions }: TrackedMessage): string {
  const last = resolutions.at(-1);
  const by = last?.by === null || last === undefined ? '' : ` (${last.by})`;
  return `${clause(last?.reason ?? '')}${by}`;
}

const unknownReason = (attempt: Attempt | undefined): string =>
  attempt?.unknownBecause ?? attempt?.refusal?.reason ?? 'its answer was lost';

function failureReason(attempt: Attempt | undefined): string {
  if (attempt?.error !== undefined && attempt.error !== null) {
    const { explanation, code } = explainDeliveryError(attempt.error.code, attempt.status);
    const coded = code === null ? explanation : `${clause(explanation)} (code ${code})`;
    return `${sentence(coded)}${wordsOf(attempt.error)}`;
  }
  if (attempt?.refusal !== undefined && attempt.refusal !== null) {
    return attempt.refusal.reason;
  }
  return explainDeliveryError(null, attempt?.status ?? '').explanation;
}

/** Without a code, only the report's own words are known. */
function wordsOf({ code, title, detail }: ReportError): string {
  const words = title ?? detail;
  if (code !== null || words === null) return '';
  return ` Its own words: ${JSON.stringify(words.slice(0, WORDS_CHARACTERS_MAX))}.`;
}

const WORDS_CHARACTERS_MAX = 200;

function recovery(message: TrackedMessage): string {
  const attempt = currentAttempt(message);
  if (attempt === undefined || attempt.recoveredAt === null) return '';
  return `Attempt ${attempt.number} is known from a report only: it was made before this ledger was restored from an older copy, so that it is not made again.`;
}

function contradiction(message: TrackedMessage): string {
  const { contradiction: found } = message;
  if (found === null) return earlierAttempt(message);
  if (isWithdrawn(found.current)) return phoneHasIt(found.attempt, found.reported);
  return `A later report says ${found.reported} although the message already was ${found.current}; it changed nothing, and somebody should ask Vonage which is true.`;
}

/** Names an earlier attempt that reached the person, or may have; the status of the message does not show it. */
function earlierAttempt({ status, attempts, resolvedAs }: TrackedMessage): string {
  const isFailed = failedStatuses.includes(status);
  if (resolvedAs !== null || (!isFailed && !isWithdrawn(status))) return '';
  const earlier = isFailed ? attempts.slice(0, -1) : attempts;
  for (const { number, reported } of earlier) {
    const reached = reported.find(meansReached);
    if (reached !== undefined) return phoneHasIt(number, reached);
  }
  const perhaps = earlier.find(isPerhapsThere);
  return perhaps === undefined
    ? ''
    : `Attempt ${perhaps.number} may have arrived all the same: nobody has confirmed it`;
}

const failedStatuses: readonly MessageStatus[] = ['rejected', 'undeliverable', 'failed'];

const phoneHasIt = (attempt: number, reported: ReportStatus): string =>
  `A later report says that attempt ${attempt} was ${reported}, so the phone has the message; nothing follows`;

function repeated({ request, resentAs }: TrackedMessage): string {
  const before = request?.resendOf ?? null;
  const after = resentAs.at(-1);
  return [
    ...(before === null ? [] : [`It repeats message ${before}.`]),
    ...(after === undefined ? [] : [`It was sent again as message ${after}.`]),
  ].join(' ');
}

function whatHoldsBack(message: TrackedMessage, until: Date): string {
  const { status, next } = message;
  if (status !== 'accepted' && status !== 'retrying') return '';
  const taker = takerOf((next ?? message).channel);
  return `${capitalised(taker)} asked for slower sending (HTTP 429), so nothing is sent before ${until.toISOString()}; then one message finds out whether ${taker} takes messages again`;
}

function whatHolds(message: TrackedMessage, hold: Hold): string {
  const { status, next } = message;
  const taker = takerOf((next ?? message).channel);
  if (!isWaitingToBeSent(status)) return '';
  const { since, reason, endsByItself, isOfSender } = hold;
  const what = isOfSender ? 'Sending by this sender' : 'Sending';
  const ending = endsByItself
    ? `the message waits, and goes out when ${taker} takes messages again, which single messages find out`
    : `nothing is handed to ${taker} until it is released`;
  return `${what} is held since ${since} (${clause(reason)}): ${ending}`;
}

function whatConsentSays(consent: NonNullable<Hindrances['consent']>): string {
  if (consent === 'damaged') {
    return 'The consent of the recipient cannot be read, because an event in the ledger is damaged. It may hold a wish to stop, so nothing is sent until it can be read';
  }
  const { optedOut, skippedStep } = consent;
  return skippedStep === null
    ? `${clause(optedOut)}, so it is withdrawn when it is due`
    : `Step ${skippedStep} of the fallback plan is skipped when it is due: ${clause(optedOut)}`;
}

/** Says what waits for repeated reports; empty where it is due later anyway. */
function whatAwaitsRepeats(message: TrackedMessage, until: Date): string {
  const { next } = message;
  const windowEnd = endOfWindow(message).length > 0 ? currentAttempt(message)?.confirmBy : null;
  const dueAt = next?.dueAt ?? windowEnd ?? null;
  if (dueAt === null || Date.parse(dueAt) >= until.getTime()) return '';
  const waits =
    next === null
      ? 'its window for a receipt stays open until then'
      : `attempt ${next.number} waits until then`;
  return `Reports that were not taken in during an outage may be repeated until ${until.toISOString()}, so ${waits}`;
}

function whatNext(message: TrackedMessage): string {
  const { next, status } = message;
  if (next !== null && (status === 'scheduled' || status === 'retrying')) {
    return `Attempt ${next.number} is due at ${next.dueAt} by ${next.channel}.`;
  }
  const attempt = currentAttempt(message);
  const confirmBy = attempt?.confirmBy;
  if (status === 'submitted' && attempt !== undefined && isPastWindow(message, attempt)) {
    return 'Its time for a receipt is over; one that still comes is taken into account.';
  }
  const end = endOfWindow(message);
  const step = end.find((event) => event.type === 'FallbackStarted');
  const follows = step === undefined ? '' : `${FALLBACK_FOLLOWS} by ${step.data.channel}`;
  if ((status === 'sent' || status === 'submitted') && typeof confirmBy === 'string') {
    const then = follows === '' ? '' : `, and ${follows}`;
    return `Without a receipt by ${confirmBy} it counts as unconfirmed${then}.`;
  }
  if (status === 'unknown') {
    if (end.some(({ type }) => type === 'RetryScheduled')) {
      return `Without a report by ${confirmBy} it is sent once more, because the caller prefers a second text to none.`;
    }
    if (follows !== '') return `Without a report by ${confirmBy} ${follows}.`;
    return 'It is not sent again by itself, because that could deliver it twice; a report settles it, or a person by POST /v1/messages/{id}/resolve.';
  }
  if (message.resolvedAs === 'abandon')
    return 'A report of its delivery that still comes is taken into account.';
  if (status === 'unconfirmed') return 'A receipt that still comes is taken into account.';
  return '';
}
