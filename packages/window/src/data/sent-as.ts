import type { Message } from 'waybill-client';
import { nounOf } from './channels.js';
import { isNumber, phoneNumber } from './numbers.js';
import { spokenTime } from './times.js';

/** One sending of a message, in the words in which a customer is asked about it. */
export interface Sending {
  readonly channel: string;
  /** `text`, `WhatsApp message` */
  readonly what: string;
  /** `text of 19:00 today` */
  readonly dated: string;
  readonly at: string;
  readonly from: string;
  readonly to: string;
}

type Attempt = Message['attempts'][number];

/** The message as it was asked for, or as a fallback step sent it, on another channel or to another address. */
export function sendingOf(message: Message, attempt: Attempt | undefined, now: Date): Sending {
  const { channel, from, to } = attempt ?? message;
  const isStep = attempt !== undefined && isFallback(message, attempt);
  const at = spokenTime((isStep ? attempt.startedAt : null) ?? message.createdAt, now);
  const what = nounOf(channel);
  return { channel, what, dated: `${what} of ${at}`, at, from: phoneNumber(from), to };
}

/** True for an attempt on another channel, or to another address, than the message. */
export const isFallback = ({ channel, to }: Message, attempt: Attempt): boolean =>
  attempt.channel !== channel || attempt.to !== to;

/** Says that the attempts before a fallback step failed or stayed unconfirmed. Empty unless the last attempt is such a step. */
export function before(message: Message, last: Attempt | undefined, now: Date): string {
  if (last === undefined || !isFallback(message, last)) return '';
  const earlier = message.attempts.filter((attempt) => !isSameWay(attempt, last));
  const perhaps = earlier.findLast(mayHaveArrived);
  const { dated } = sendingOf(message, perhaps ?? earlier.at(-1), now);
  return perhaps === undefined
    ? `Our ${dated} did not get through. `
    : `Nobody has confirmed our ${dated}. `;
}

const isSameWay = (one: Attempt, other: Attempt): boolean =>
  one.channel === other.channel && one.to === other.to;

/** True when an attempt may have reached the phone, although no report says so. */
export const mayHaveArrived = ({ status }: Attempt): boolean =>
  ['sending', 'unknown', 'sent', 'submitted'].includes(status);

/** Names the recipient of a sending by the number. An id of a channel means nothing to a person. */
export const placeOf = ({ to, what }: Sending): string =>
  isNumber(to) ? phoneNumber(to) : `the account that got the ${what}`;
