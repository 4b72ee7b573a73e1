import type { Message } from 'waybill-client';
import { isDirect } from '../../../../src/domain/message/direct-channels.js';
import { isErased, isNumber, phoneNumber } from './numbers.js';
import { before, mayHaveArrived, placeOf, sendingOf, type Sending } from './sent-as.js';
import { spokenTime } from './times.js';

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

const sendItAgain = ['It is not there? Only then send it again: that makes a new message.'];

/** The advice for a cancelled or expired message of which the network reports that an earlier attempt was delivered. */
const arrivedAllTheSame = ({ dated }: Sending): Advice => ({
  quote: `The network says that your ${dated} reached your phone.`,
  steps: sendItAgain,
});

/** The advice for a message that failed by one report, and not by another. */
const denied = ({ dated }: Sending): Advice => ({
  quote: `What the networks say about our ${dated} does not fit together. Is it on your phone?`,
  steps: sendItAgain,
});

const mayBeThere = ({ what, at, from }: Sending): string =>
  `We sent your ${what} at ${at}, and nobody has confirmed it. It may well be on your phone: could you look for the sender ${from}?`;

/** The advice for a message that is over, where an attempt may have arrived. */
const overUnheard = (perhaps: Sending): Advice => ({
  quote: mayBeThere(perhaps),
  steps: sendItAgain,
});

/** The sentence for a customer who asks about the message. */
export function adviceFor(message: Message, now: Date): Advice {
  if (isErased(message.to)) return erased;
  const last = message.attempts.at(-1);
  const sending = sendingOf(message, last, now);
  const found = message.attempts.findLast(mayHaveArrived);
  const perhaps = found === undefined ? undefined : sendingOf(message, found, now);
  const advice = adviceOn(message, sending, perhaps, now);
  const says = stepped.has(message.status) ? before(message, last, now) : '';
  return { ...advice, quote: `${says}${advice.quote}` };
}

/** The statuses in which the last attempt is what the customer asks about. */
const stepped: ReadonlySet<Message['status']> = new Set([
  'sending',
  'sent',
  'submitted',
  'delivered',
  'read',
  'unconfirmed',
  'unknown',
]);

function adviceOn(
  message: Message,
  sending: Sending,
  perhaps: Sending | undefined,
  now: Date,
): Advice {
  const { what, dated, at } = sending;
  const asked = sendingOf(message, undefined, now);
  switch (message.status) {
    case 'scheduled':
      return {
        quote: `Your ${what} is planned for ${spokenTime(message.sendAt ?? message.createdAt, now)}. It has not been sent yet.`,
        steps: ['Wrong time? Cancel it here, and ask for a new one.'],
      };
    case 'accepted':
      return {
        quote: `Your ${what} waits here to be sent. It has not left us yet.`,
        steps: ['Stay on this page: it says what it waits for, and changes by itself.'],
      };
    case 'sending':
      return {
        quote: `Your ${what} is on its way out from us right now. Please give it a minute.`,
        steps: ['Stay on this page: it changes by itself when there is news.'],
      };
    case 'sent':
    case 'submitted':
      return handedOver(sending);
    case 'delivered':
      return message.resolution?.outcome === 'delivered'
        ? {
            quote: `We were told that you have our ${dated}. Is that right?`,
            steps: ['Not there? Send it again.'],
          }
        : confirmed(sending);
    case 'read':
      return {
        quote: `Our ${dated} was opened on your phone.`,
        steps: [`Ask whether somebody else uses ${placeOf(sending)}.`],
      };
    case 'unconfirmed':
      return {
        quote: mayBeThere(sending),
        steps: [
          'Ask whether the phone was off or abroad.',
          'Not there? Have a new one sent where this one came from: this one may still arrive.',
        ],
      };
    case 'unknown':
      return {
        quote: `We tried to send your ${what} at ${at}, and cannot tell yet whether it left us. Is it on your phone?`,
        steps: [
          'It is there: settle it here as delivered.',
          'It is not: settle it as “send again”. A second one may then come.',
        ],
      };
    case 'retrying':
      if (perhaps !== undefined) {
        return {
          quote: mayBeThere(perhaps),
          steps: ['The next try follows by itself, so a second one may come.'],
        };
      }
      return {
        quote: 'The first try did not get through. We try again by ourselves.',
        steps: ['Ask whether the phone is switched on and has a signal.'],
      };
    case 'cancelled':
      if (message.contradicted) return arrivedAllTheSame(asked);
      if (perhaps !== undefined) return overUnheard(perhaps);
      return {
        quote: `Your ${asked.dated} was withdrawn before it was sent.`,
        steps: ['Still wanted? Send it again: that makes a new message.'],
      };
    case 'expired':
      if (message.contradicted) return arrivedAllTheSame(asked);
      if (perhaps !== undefined) return overUnheard(perhaps);
      return {
        quote: `Your ${asked.dated} was not sent, because its time had run out.`,
        steps: ['Still wanted? Send it again: that makes a new message.'],
      };
    case 'rejected':
    case 'undeliverable':
    case 'failed':
      if (message.contradicted) return denied(sending);
      return perhaps === undefined ? failure(message, sending, now) : overUnheard(perhaps);
  }
}

/** Nobody tells whether an e-mail or a push message arrives. */
function handedOver({ channel, what, at, from }: Sending): Advice {
  if (isDirect(channel)) {
    const isMail = channel === 'email';
    return {
      quote: `We sent you ${isMail ? 'an e-mail' : 'a notification'} at ${at}. Nobody can tell us whether you have it: could you look for it?`,
      steps: [
        isMail
          ? `Ask for a look into the spam folder too: the sender is ${from}.`
          : 'Ask whether the app may show notifications.',
        'It is not there? Send it again: that makes a new message.',
      ],
    };
  }
  return {
    quote:
      what === 'text'
        ? `We handed your text to the phone network at ${at}. The network has not said yet whether your phone has it.`
        : `We handed your ${what} over at ${at}. Nobody has said yet whether your phone has it.`,
    steps: [
      'Ask whether the phone is switched on and has a signal.',
      'Stay on this page: it changes by itself when there is news.',
    ],
  };
}

function confirmed(sending: Sending): Advice {
  const { what, dated, from } = sending;
  return {
    quote:
      what === 'text'
        ? `Your phone’s network confirmed our ${dated}, from the sender ${from}. Please look under blocked or filtered messages.`
        : `We are told that our ${dated}, from the sender ${from}, is on your phone. Please look there.`,
    steps: [
      `Ask whether ${placeOf(sending)} is the right ${isNumber(sending.to) ? 'phone' : 'place'}.`,
      'Still missing? Send it again: that makes a new message.',
    ],
  };
}

function failure(message: Message, sending: Sending, now: Date): Advice {
  const last = message.attempts.at(-1);
  const earlier = before(message, last, now);
  if (earlier !== '') {
    return {
      quote: `${earlier}Neither did our ${sending.dated}.`,
      steps: ['Offer another way.', 'Or send it again once: that makes a new message.'],
    };
  }
  const { dated: asked } = sending;
  const error = last?.error ?? null;
  // What is refused at the call never reached a network.
  const isOurs = error?.class === 'configuration' || error?.source === 'call';
  const cause = causes[error?.code ?? ''] ?? (isOurs ? 'ours' : 'unclear');
  const number = phoneNumber(message.to);
  switch (cause) {
    case 'number':
      return {
        quote: `Our ${asked} could not be delivered to ${number}. Could you read me your number once more?`,
        steps: [
          'Another number? Correct it, and send a new message there.',
          'The same number? Ask the customer’s network why it takes no texts.',
        ],
      };
    case 'phone':
      return {
        quote: `Our ${asked} did not reach your phone. Is it switched on, with a signal and room for messages?`,
        steps: ['The phone is reachable now? Send it again.', 'Otherwise offer another way.'],
      };
    case 'blocked':
      return {
        quote: `Our ${asked} was held back on its way to your phone. Are texts from businesses blocked there?`,
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
        quote: `We could not send your ${asked}. That was our fault, not your phone’s.`,
        steps: [
          'Tell whoever runs the account: no text of this kind gets through until it is mended.',
        ],
      };
    case 'unclear':
      return {
        quote: `Our ${asked} did not arrive, and the network gave no reason. Is it on your phone all the same?`,
        steps: [
          'Not there? Send it again once.',
          'It fails again? Offer another way, and ask Vonage.',
        ],
      };
  }
}
