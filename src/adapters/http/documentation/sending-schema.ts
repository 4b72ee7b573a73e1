import { providers } from '../../../domain/sending/provider.js';
import { holdCauses } from '../../../domain/sending/sending-events.js';
import { awaitsReports, complete, nullable, text, time } from './schema-parts.js';

const waitingInLane = { type: 'integer', minimum: 0 };

const nextTry = { ...time, description: 'When the next message is tried.' };

const pace = complete({ permitted: { type: 'number' }, current: { type: 'number' } });

const flow = {
  state: {
    enum: ['flowing', 'held', 'backing-off'],
    description: '`backing-off`: the provider asked for slower sending (HTTP 429).',
  },
  since: nullable(time),
  cause: nullable({
    enum: holdCauses,
    description: '`configuration`: the provider refused the account; the hold ends by itself.',
  }),
  reason: nullable(text),
  by: nullable({
    type: 'string',
    description: 'Name of the API key, or `the service` where it held by itself.',
  }),
  until: nullable(nextTry),
};

export const sending = complete({
  ...flow,
  heldSenders: {
    type: 'array',
    description:
      'Senders whose messages wait, because Vonage (HTTP 403) or the mail server refused them.',
    items: complete({
      channel: text,
      from: text,
      since: time,
      reason: text,
      by: text,
      until: nextTry,
    }),
  },
  waiting: {
    ...complete({ high: waitingInLane, normal: waitingInLane, bulk: waitingInLane }),
    description: 'Messages that are due to be sent, by lane. 10001 means more than 10,000.',
  },
  oldestWaitingSeconds: nullable({ type: 'number' }),
  awaitsReports,
  pace: {
    ...pace,
    description: 'Calls to Vonage a second: those configured, and those made at most now.',
  },
  providers: {
    type: 'array',
    description:
      'The providers that are set up, and others that are held by themselves. The fields above are those of all of sending, and of Vonage.',
    items: complete({ provider: { enum: providers }, ...flow, pace }),
  },
});
