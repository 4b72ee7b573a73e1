import type { DeliveryErrorClass } from './delivery-error.js';

/**
 * The meaning of the error codes in status webhooks, and the permitted next step. The codes are those of the Messages
 * API's specification 1.20.0 (`x-errors`); the same list is at developer.vonage.com/en/api-errors/messages. Only
 * Vonage's words "retry later" and "wait" make a code transient; where its words leave a delivery possible the code is
 * ambiguous; the rest is our judgement, on the careful side.
 */
export interface DeliveryErrorEntry {
  /** Vonage's code; null where a report named none. */
  readonly code: string | null;
  readonly title: string;
  readonly class: DeliveryErrorClass;
  /** The cause and the remedy, for a reader who has never seen the code. */
  readonly explanation: string;
  /** The recipient's number must not be written to again. */
  readonly suppress?: true;
  /** The class counts only in a report with this status; in any other the carrier may still be trying. */
  readonly transientOnlyWhen?: 'rejected';
  /** The least that a retry has to wait, seconds. */
  readonly retryAfterSeconds?: number;
}

/** Raise it with every change of a class, because such a change alters the retries. */
export const CATALOGUE_VERSION = 1;

type Row = Omit<DeliveryErrorEntry, 'code'>;

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 86_400;

const rows: Readonly<Record<string, Row>> = {
  1000: {
    title: 'Sending too fast',
    class: 'transient',
    explanation:
      'Vonage took no more messages because the account was sending faster than it may; try again a little later.',
    retryAfterSeconds: MINUTE_SECONDS,
  },
  1010: {
    title: 'Parameter missing',
    class: 'permanent',
    explanation: 'The request lacked something that Vonage needs; this is a fault in how we send.',
  },
  1020: {
    title: 'Parameter not valid',
    class: 'permanent',
    explanation:
      'Something in the request had a value that Vonage does not take; correct it before sending again.',
  },
  1021: {
    title: 'Tag not valid',
    class: 'configuration',
    explanation: 'The message carried a tag that the channel does not know; correct the tag.',
  },
  1022: {
    title: 'Template not valid',
    class: 'configuration',
    explanation:
      'The message template, or what was filled into it, is not what was approved; correct the template.',
  },
  1030: {
    title: 'Fault inside Vonage',
    class: 'transient',
    explanation: 'Something broke inside Vonage while it handled the message; try again.',
  },
  1040: {
    title: 'Message could not be handled',
    class: 'permanent',
    explanation:
      'Vonage could make nothing of the message, most often because the number begins with an unknown prefix; check the number.',
  },
  1050: {
    title: 'Number barred',
    class: 'permanent',
    explanation: 'The number is on a list of numbers that may not be written to; do not try again.',
    suppress: true,
  },
  1060: {
    title: 'Account barred',
    class: 'configuration',
    explanation: 'Vonage has barred the account from sending; ask Vonage why before anything else.',
  },
  1070: {
    title: 'Out of credit',
    class: 'configuration',
    explanation: 'The credit or quota for sending is used up; top it up and then send again.',
  },
  1080: {
    title: 'Account may not use this API',
    class: 'configuration',
    explanation: 'The account is not set up for sending over HTTP; have Vonage switch it on.',
  },
  1090: {
    title: 'Binary message too long',
    class: 'permanent',
    explanation: 'A binary message did not fit into 140 octets; make it shorter.',
  },
  1100: {
    title: 'Not handed over',
    class: 'transient',
    explanation:
      'A line inside the network was down and the message was never handed over, so trying again is safe.',
  },
  1120: {
    title: 'Sender not allowed',
    class: 'configuration',
    explanation:
      'The rules of the destination country forbid this sender; choose a sender that is allowed there.',
  },
  1130: {
    title: 'Lifetime not valid',
    class: 'permanent',
    explanation: 'The time to live that we asked for is not one that Vonage takes; correct it.',
  },
  1140: {
    title: 'Feature not switched on',
    class: 'configuration',
    explanation: 'The message needs a feature that the account lacks; have it switched on.',
  },
  1150: {
    title: 'Message class not valid',
    class: 'permanent',
    explanation: 'The message asked for a class that does not exist; correct the request.',
  },
  1160: {
    title: 'Number not on the test list',
    class: 'configuration',
    explanation:
      'A trial account may write only to numbers on its list; add the number in the dashboard or upgrade the account.',
  },
  1170: {
    title: 'Recipient not valid',
    class: 'permanent',
    explanation: 'The number is missing or is no phone number; check it with the customer.',
  },
  1180: {
    title: 'Phone out of reach for now',
    class: 'transient',
    explanation:
      'The phone was switched off or out of coverage and the message was given up; try again later.',
    retryAfterSeconds: 5 * MINUTE_SECONDS,
  },
  1190: {
    title: 'Number no longer in use',
    class: 'permanent',
    explanation: 'The number has no subscriber any more; remove it from the customer record.',
    suppress: true,
  },
  1200: {
    title: 'Number was moved badly',
    class: 'permanent',
    explanation:
      'The customer changed carrier and the move left their number broken; they have to ask their carrier.',
  },
  1210: {
    title: 'Taken for spam',
    class: 'permanent',
    explanation:
      'The carrier took the message for spam, because of its text or its sender; change one of them before sending again.',
  },
  1220: {
    title: 'Phone busy',
    class: 'transient',
    explanation:
      'The phone could not take the message at that moment; since the carrier has given up, it can be tried again later.',
    transientOnlyWhen: 'rejected',
    retryAfterSeconds: 5 * MINUTE_SECONDS,
  },
  1230: {
    title: 'Network down for now',
    class: 'transient',
    explanation: 'The carrier network failed for a moment; try again later.',
    retryAfterSeconds: MINUTE_SECONDS,
  },
  1240: {
    title: 'Recipient said STOP',
    class: 'permanent',
    explanation:
      'The person has asked for no more messages from us; writing again would break the law in many countries.',
    suppress: true,
  },
  1241: {
    title: 'Too many messages to these numbers',
    class: 'transient',
    explanation: 'Too many messages went to the same numbers; send to them much more slowly.',
    retryAfterSeconds: 15 * MINUTE_SECONDS,
  },
  1242: {
    title: 'No such number pool',
    class: 'configuration',
    explanation:
      'The message was to be sent from a pool of numbers that does not exist; correct the name of the pool.',
  },
  1250: {
    title: 'No route',
    class: 'permanent',
    explanation:
      'No route leads to this number: its network is not served, or its plan takes no messages.',
  },
  1251: {
    title: 'Routing rules forbid it',
    class: 'configuration',
    explanation: 'The routing rules of the account leave no way to this network; review them.',
  },
  1260: {
    title: 'Destination not reachable',
    class: 'permanent',
    explanation:
      'The message could not be brought to this number; if the number is right, use another channel.',
  },
  1270: {
    title: 'Blocked by age',
    class: 'permanent',
    explanation: 'The carrier keeps this kind of content from the subscriber because of their age.',
  },
  1280: {
    title: 'Blocked by the carrier',
    class: 'permanent',
    explanation:
      'The carrier does not let messages through to this number, for example because the plan has no SMS or is suspended.',
  },
  1282: {
    title: 'Blocked by the provider',
    class: 'permanent',
    explanation: 'The provider chose not to deliver this message; look at its text and sender.',
  },
  1290: {
    title: 'Recipient out of credit',
    class: 'permanent',
    explanation:
      'The prepaid card of the recipient has too little credit to receive messages; only they can change that.',
  },
  1300: {
    title: 'Not a user of this channel',
    class: 'permanent',
    explanation: 'The recipient does not use this channel; try another one.',
  },
  1310: {
    title: 'Device not suitable',
    class: 'permanent',
    explanation:
      'The device of the recipient cannot show this kind of message; use another channel.',
  },
  1320: {
    title: 'Already sent',
    class: 'ambiguous',
    explanation:
      'Vonage says that it has already sent this message, so the person may have it; ask before sending again.',
  },
  1330: {
    title: 'Failed for an unknown reason',
    class: 'ambiguous',
    explanation:
      'The carrier named no reason that Vonage knows; check the number, and ask the person whether the message came before sending again.',
  },
  1331: {
    title: 'Provider did not answer',
    class: 'transient',
    explanation: 'The provider of the channel was not responding; try again in a few minutes.',
    retryAfterSeconds: 5 * MINUTE_SECONDS,
  },
  1340: {
    title: 'Outside the reply window',
    class: 'permanent',
    explanation:
      'Too long has passed since the person last wrote on this channel; use an approved template or another channel.',
  },
  1350: {
    title: 'Page fee not paid',
    class: 'configuration',
    explanation: 'The Facebook page has not paid for finding people by their number; pay the fee.',
  },
  1360: {
    title: 'Expired on the way',
    class: 'ambiguous',
    explanation:
      'No receipt came before the lifetime of the message ended; the phone may have got it all the same, so a code or a timed text must not simply be repeated.',
  },
  1370: {
    title: 'Page access expired',
    class: 'configuration',
    explanation: 'The access of Vonage to the Facebook page ran out; connect the page again.',
  },
  1380: {
    title: 'Media not found',
    class: 'permanent',
    explanation:
      'Vonage could not fetch the media file; check that its address is right and public.',
  },
  1381: {
    title: 'Media too large',
    class: 'permanent',
    explanation: 'The media file is larger than the channel takes; send a smaller one.',
  },
  1382: {
    title: 'Media type not supported',
    class: 'permanent',
    explanation: 'The channel does not show this type of media file; send another type.',
  },
  1400: {
    title: 'Channel not supported',
    class: 'permanent',
    explanation: 'There is no such channel; correct the request.',
  },
  1410: {
    title: 'Channel options not valid',
    class: 'permanent',
    explanation: 'One of the options for the channel has a wrong value; correct the option.',
  },
  1420: {
    title: 'Sender not valid here',
    class: 'permanent',
    explanation: 'This sender cannot be used on this channel; choose another sender.',
  },
  1430: {
    title: 'Recipient not valid here',
    class: 'permanent',
    explanation: 'This recipient cannot be reached on this channel; check the number or id.',
  },
  1431: {
    title: 'Recipients not valid',
    class: 'permanent',
    explanation: 'One or more of several recipients cannot be written to; check each of them.',
  },
  1440: {
    title: 'Message type not valid here',
    class: 'permanent',
    explanation: 'The channel does not carry this type of message; send another type.',
  },
  1450: {
    title: 'Client reference too long',
    class: 'permanent',
    explanation: 'The reference sent along with the message is too long; shorten it.',
  },
  1451: {
    title: 'Replied-to message not found',
    class: 'permanent',
    explanation:
      'The message that this one answers is unknown or too old; send it as a new message.',
  },
  1460: {
    title: 'Daily limit reached',
    class: 'transient',
    explanation:
      'The sender has used up what it may send in one day; the rest can go out tomorrow, and the registration of the sender may need a higher limit.',
    retryAfterSeconds: DAY_SECONDS,
  },
  1461: {
    title: 'Held back by the provider',
    class: 'permanent',
    explanation:
      'The provider spares this person further marketing messages for now; leave them out of the campaign.',
  },
  1470: {
    title: 'Fraud rule: prefix blocked',
    class: 'configuration',
    explanation:
      'A rule of Fraud Defender blocks numbers with this prefix; review the rule if the traffic is wanted.',
  },
  1472: {
    title: 'Fraud rule: burst',
    class: 'transient',
    explanation:
      'Fraud Defender saw more traffic than usual and closed the gate; make sure that the traffic is ours, then send slowly.',
    retryAfterSeconds: 15 * MINUTE_SECONDS,
  },
  1473: {
    title: 'Fraud rule: inflated traffic',
    class: 'configuration',
    explanation:
      'Fraud Defender takes this for traffic inflated by machines; look for abuse of the form that triggers our messages.',
  },
  1474: {
    title: 'Fraud rule: country blocked',
    class: 'configuration',
    explanation:
      'Fraud Defender blocks this country; unblock it in the dashboard if we do write to it.',
  },
  1475: {
    title: 'Fraud rule: network blocked',
    class: 'configuration',
    explanation:
      'Fraud Defender blocks this carrier network; unblock it in the dashboard if we do write to it.',
  },
  1476: {
    title: 'Sender number must not originate',
    class: 'configuration',
    explanation:
      'The sender is on the list of numbers that never send messages; choose another sender.',
  },
  1480: {
    title: 'Entity registration missing',
    class: 'configuration',
    explanation:
      'The destination country wants a registered entity id, and ours was missing or wrong; correct it.',
  },
  1481: {
    title: 'Sender registration missing',
    class: 'configuration',
    explanation:
      'The destination country wants a registered sender, and ours was missing or wrong; register it.',
  },
  1482: {
    title: 'Content registration missing',
    class: 'configuration',
    explanation:
      'The destination country wants registered texts, and the content id was missing or wrong; correct it.',
  },
  1483: {
    title: 'Consent not registered',
    class: 'configuration',
    explanation:
      'The destination country wants the consent of the recipient on record, and it is not; have it registered.',
  },
  1484: {
    title: 'Rules of the country not met',
    class: 'configuration',
    explanation:
      'The message broke a rule of the destination country that Vonage does not name; ask Vonage which one.',
  },
  1490: {
    title: 'Parts unaccounted for',
    class: 'ambiguous',
    explanation:
      'Receipts for some parts of a long message never came; the person may have all of it, some of it or nothing.',
  },
  2001: {
    title: 'E-mail taken for fraud',
    class: 'permanent',
    explanation: 'The e-mail was stopped on suspicion of fraud; look at its content and sender.',
  },
  2002: {
    title: 'E-mail too large',
    class: 'permanent',
    explanation: 'The e-mail with its attachments is too large; make it smaller.',
  },
  2003: {
    title: 'E-mail address suppressed',
    class: 'permanent',
    explanation:
      'The address is on the suppression list, after a bounce or a complaint; use another address.',
  },
};

export const deliveryErrors: readonly DeliveryErrorEntry[] = Object.entries(rows).map(
  ([code, row]) => ({ code, ...row }),
);

const entryByCode: ReadonlyMap<string, DeliveryErrorEntry> = new Map(
  deliveryErrors.map((entry) => [entry.code ?? '', entry]),
);

const withoutCode: DeliveryErrorEntry = {
  code: null,
  title: 'No reason given',
  class: 'ambiguous',
  explanation:
    'The report named no error code, so nobody can say why, nor whether something was delivered; ask the person before sending again.',
};

/** An entry that is never retried automatically, because the meaning of the code is unknown. */
const unknownCode = (code: string): DeliveryErrorEntry => ({
  code,
  title: 'Unknown error code',
  class: 'permanent',
  explanation:
    'Vonage sent an error code that this version does not know; look it up in the documentation of Vonage before sending again.',
});

const stillTrying = (entry: DeliveryErrorEntry): DeliveryErrorEntry => ({
  code: entry.code,
  title: entry.title,
  class: 'ambiguous',
  explanation:
    'The phone could not take the message at that moment, and the carrier keeps trying for a day or two; sending again now may deliver it twice.',
});

/**
 * Explains an error in a report with this status. Total: an unknown code is permanent, a missing one is ambiguous, so
 * that neither is ever retried automatically.
 */
export function explainDeliveryError(
  code: string | null,
  reportStatus: string,
): DeliveryErrorEntry {
  if (code === null || code === '') return withoutCode;
  const entry = entryByCode.get(code);
  if (entry === undefined) return unknownCode(code);
  const { transientOnlyWhen } = entry;
  const holds = transientOnlyWhen === undefined || transientOnlyWhen === reportStatus;
  return holds ? entry : stillTrying(entry);
}
