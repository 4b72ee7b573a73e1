import type { Message } from 'waybill-client';
import { nounOf } from './channels.js';
import { phoneNumber } from './numbers.js';
import { daysBefore, dayName, shortTime } from './times.js';

/** What the customer is asked about: the message, as one attempt sent it. */
export interface Sending {
  /** `text`, `WhatsApp message` */
  readonly what: string;
  /** `text of 19:00 today` */
  readonly dated: string;
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly isDirect: boolean;
}

type Attempt = Message['attempts'][number];

/** The message as it was asked for, or as a fallback step sent it, on another channel or to another address. */
export function sendingOf(message: Message, attempt: Attempt | undefined, now: Date): Sending {
  const { channel, from, to } = attempt ?? message;
  const isStep = attempt !== undefined && isFallback(message, attempt);
  const at = spokenTime((isStep ? attempt.startedAt : null) ?? message.createdAt, now);
  const what = nounOf(channel);
  return {
    what,
    dated: `${what} of ${at}`,
    at,
    from: phoneNumber(from),
    to,
    isDirect: isDirect(channel),
  };
}

/** True for the channels beside Vonage: nobody tells whether what they take arrives. */
export const isDirect = (channel: string): boolean => channel === 'email' || channel === 'push';

export const isFallback = ({ channel, to }: Message, attempt: Attempt): boolean =>
  attempt.channel !== channel || attempt.to !== to;

/** What became of the message before a fallback step; empty where no step was taken. */
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

export const isNumber = (to: string): boolean => /^\d{8,15}$/.test(to);

/** The recipient's number; an id of a channel tells nobody anything. */
export const placeOf = ({ to, what }: Sending): string =>
  isNumber(to) ? phoneNumber(to) : `the account that got the ${what}`;

export function spokenTime(at: string, now: Date): string {
  const time = new Date(at);
  const days = daysBefore(time, now);
  if (days === 0) return `${shortTime(time)} today`;
  if (days === 1) return `${shortTime(time)} yesterday`;
  return `${shortTime(time)} on ${dayName(time, now)}`;
}
