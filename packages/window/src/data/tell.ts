import type { Message } from 'waybill-client';
import { isErased, phoneNumber } from './numbers.js';
import { daysBefore, dayName, shortTime } from './times.js';

export interface Advice {
  /** To say to the customer; it promises only what is known, and names no codes. */
  readonly quote: string;
  /** The next steps, most useful first. */
  readonly steps: readonly string[];
}

type Cause = 'number' | 'phone' | 'blocked' | 'stopped' | 'ours' | 'unclear';

/** A customer's remedy for a failure, by Vonage's error code. */
const causes: Readonly<Record<string, Cause>> = {
  1040: 'number',
  1050: 'blocked',
  1160: 'ours',
  1170: 'number',
  1180: 'phone',
  1190: 'number',
  1200: 'phone',
  1210: 'blocked',
  1220: 'phone',
  1230: 'phone',
  1240: 'stopped',
  1260: 'phone',
  1270: 'blocked',
  1280: 'blocked',
  1282: 'blocked',
  1290: 'phone',
  1300: 'number',
  1310: 'phone',
  1330: 'unclear',
  1360: 'phone',
  1430: 'number',
  1490: 'unclear',
};

const erased: Advice = {
  quote: 'What we had recorded about you was erased, so we cannot tell which text was yours.',
  steps: ['Another text is wanted? Have it sent where this one came from.'],
};

/** The advice for a cancelled or expired message of which the network reports that an earlier attempt was delivered. */
const arrivedAllTheSame = (asked: string): Advice => ({
  quote: `The network says that your text of ${asked} reached your phone.`,
  steps: ['It is not there? Only then send it again: that makes a new message.'],
});

/** The advice for a message that failed by one report, and not by another. */
const denied = (asked: string): Advice => ({
  quote: `What the networks say about our text of ${asked} does not fit together. Is it on your phone?`,
  steps: ['It is not there? Only then send it again: that makes a new message.'],
});

/** True when an attempt may have reached the phone, although no report says so. */
const mayHaveArrived = ({ attempts }: Message): boolean =>
  attempts.some(({ status }) => ['sending', 'unknown', 'sent', 'submitted'].includes(status));

const mayBeThere = (message: Message, asked: string): string =>
  `We sent your text at ${asked}, and nobody has confirmed it. It may well be on your phone: could you look for the sender ${sender(message)}?`;

/** The advice for a message that is over, where an attempt may have arrived. */
const overUnheard = (message: Message, asked: string): Advice => ({
  quote: mayBeThere(message, asked),
  steps: ['It is not there? Only then send it again: that makes a new message.'],
});

/** The sentence for a customer who asks about the message. */
export function adviceFor(message: Message, now: Date): Advice {
  if (isErased(message.to)) return erased;
  const asked = spokenTime(message.createdAt, now);
  switch (message.status) {
    case 'scheduled':
      return {
        quote: `Your text is planned for ${spokenTime(message.sendAt ?? message.createdAt, now)}. It has not been sent yet.`,
        steps: ['Wrong time? Cancel it here, and ask for a new one.'],
      };
    case 'accepted':
    case 'sending':
      return {
        quote: 'Your text is on its way out from us right now. Please give it a minute.',
        steps: ['Stay on this page: it changes by itself when there is news.'],
      };
    case 'sent':
    case 'submitted':
      return {
        quote: `We handed your text to the phone network at ${asked}. The network has not said yet whether your phone has it.`,
        steps: [
          'Ask whether the phone is switched on and has a signal.',
          'Stay on this page: it changes by itself when there is news.',
        ],
      };
    case 'delivered':
      return message.resolution?.outcome === 'delivered'
        ? {
            quote: `We were told that you have our text of ${asked}. Is that right?`,
            steps: ['Not there? Send it again.'],
          }
        : {
            quote: `Your phone’s network confirmed our text of ${asked}, from the sender ${sender(message)}. Please look under blocked or filtered messages.`,
            steps: [
              `Ask whether ${phoneNumber(message.to)} is the right phone.`,
              'Still missing? Send it again: that makes a new message.',
            ],
          };
    case 'read':
      return {
        quote: `Our text of ${asked} was opened on your phone.`,
        steps: [`Ask whether somebody else uses ${phoneNumber(message.to)}.`],
      };
    case 'unconfirmed':
      return {
        quote: mayBeThere(message, asked),
        steps: [
          'Ask whether the phone was off or abroad.',
          'Not there? Have a new one sent where this one came from: this one may still arrive.',
        ],
      };
    case 'unknown':
      return {
        quote: `We tried to send your text at ${asked}, and cannot tell yet whether it left us. Is it on your phone?`,
        steps: [
          'It is there: settle it here as delivered.',
          'It is not: settle it as “send again”. A second text may then come.',
        ],
      };
    case 'retrying':
      if (mayHaveArrived(message)) {
        return {
          quote: mayBeThere(message, asked),
          steps: ['The next try follows by itself, so a second text may come.'],
        };
      }
      return {
        quote: 'The first try did not get through. We try again by ourselves.',
        steps: ['Ask whether the phone is switched on and has a signal.'],
      };
    case 'cancelled':
      if (message.contradicted) return arrivedAllTheSame(asked);
      if (mayHaveArrived(message)) return overUnheard(message, asked);
      return {
        quote: `Your text of ${asked} was withdrawn before it was sent.`,
        steps: ['Still wanted? Send it again: that makes a new message.'],
      };
    case 'expired':
      if (message.contradicted) return arrivedAllTheSame(asked);
      if (mayHaveArrived(message)) return overUnheard(message, asked);
      return {
        quote: `Your text of ${asked} was not sent, because its time had run out.`,
        steps: ['Still wanted? Send it again: that makes a new message.'],
      };
    case 'rejected':
    case 'undeliverable':
    case 'failed':
      if (message.contradicted) return denied(asked);
      return mayHaveArrived(message) ? overUnheard(message, asked) : failure(message, asked);
  }
}

function failure(message: Message, asked: string): Advice {
  const error = message.attempts.at(-1)?.error ?? null;
  const cause =
    causes[error?.code ?? ''] ?? (error?.class === 'configuration' ? 'ours' : 'unclear');
  const number = phoneNumber(message.to);
  switch (cause) {
    case 'number':
      return {
        quote: `Our text of ${asked} could not be delivered to ${number}. Could you read me your number once more?`,
        steps: [
          'Another number? Correct it, and send a new message there.',
          'The same number? Ask the customer’s network why it takes no texts.',
        ],
      };
    case 'phone':
      return {
        quote: `Our text of ${asked} did not reach your phone. Is it switched on, with a signal and room for messages?`,
        steps: ['The phone is reachable now? Send it again.', 'Otherwise offer another way.'],
      };
    case 'blocked':
      return {
        quote: `Our text of ${asked} was held back on its way to your phone. Are texts from businesses blocked there?`,
        steps: [
          'Blocked by the customer? Have it lifted, then send again.',
          'Otherwise report it to Vonage, and offer another way.',
        ],
      };
    case 'stopped':
      return {
        quote:
          'You asked us to stop sending texts to this number, so we sent none. Shall we start again?',
        steps: ['Only the customer can undo it: by a text with START to our number.'],
      };
    case 'ours':
      return {
        quote: `We could not send your text of ${asked}. That was our fault, not your phone’s.`,
        steps: [
          'Tell whoever runs the account: no text of this kind gets through until it is mended.',
        ],
      };
    case 'unclear':
      return {
        quote: `Our text of ${asked} did not arrive, and the network gave no reason. Is it on your phone all the same?`,
        steps: [
          'Not there? Send it again once.',
          'It fails again? Offer another way, and ask Vonage.',
        ],
      };
  }
}

const sender = ({ from }: Message): string => phoneNumber(from);

function spokenTime(at: string, now: Date): string {
  const time = new Date(at);
  const days = daysBefore(time, now);
  if (days === 0) return `${shortTime(time)} today`;
  if (days === 1) return `${shortTime(time)} yesterday`;
  return `${shortTime(time)} on ${dayName(time, now)}`;
}
