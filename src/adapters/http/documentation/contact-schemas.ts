import { consentStates } from '../../../application/contacts/consent-view.js';
import { messageStatuses } from '../../../domain/message/message-status.js';
import { complete, nullable, text, time } from './schema-parts.js';

export const consentSources = ['keyword', 'error', 'operator', 'api'];

export const consent = complete({
  number: text,
  state: { enum: consentStates },
  since: nullable(time),
  source: nullable({ enum: consentSources }),
  keyword: nullable({ ...text, description: 'The word that decided it.' }),
  errorCode: nullable({ ...text, description: "Vonage's code that decided it." }),
  reason: nullable(text),
  by: nullable({ ...text, description: 'Name of the API key.' }),
  bySender: {
    type: 'array',
    description:
      'What is otherwise for one of our senders. With OPT_OUT_SCOPE=all an opt-out of one counts for all, and `state` says so.',
    items: complete({ sender: text, state: { enum: ['opted-in', 'opted-out'] }, since: time }),
  },
  barredChannels: {
    type: 'array',
    description: 'Where Vonage or the carrier delivers nothing to the number.',
    items: text,
  },
  reviewSince: {
    ...nullable(time),
    description: 'Since when a text that may be a wish to stop waits for a person.',
  },
});

/** A message that we sent, in a conversation. */
export const outboundText = complete({
  direction: { enum: ['outbound'] },
  at: { ...time, description: 'When it was requested.' },
  id: text,
  status: { ...nullable({ enum: [...messageStatuses] }), description: 'Null: it is damaged.' },
  statusSince: nullable(time),
  final: { type: 'boolean' },
  contradicted: { type: 'boolean' },
  channel: nullable(text),
  from: nullable(text),
  inReplyTo: nullable({ ...text, description: 'The received message that it answers.' }),
  text: nullable(text),
});

/** A message that we received, in a conversation. */
export const inboundText = complete({
  direction: { enum: ['inbound'] },
  at: time,
  messageUuid: text,
  channel: text,
  to: text,
  messageType: text,
  text: nullable(text),
  keyword: nullable(text),
});
