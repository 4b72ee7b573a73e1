import { deliveryErrorClasses } from '../../../domain/delivery-errors/delivery-error.js';
import { resolvedOutcomes } from '../../../domain/message/message-events.js';
import { messageStatuses } from '../../../domain/message/message-status.js';
import { priorities } from '../../../domain/message/priority.js';
import { problemSchema } from './problem-responses.js';
import { complete, completeBut, nullable, text, time, uuid, withOptional } from './schema-parts.js';

export const segments = complete({
  encoding: { enum: ['GSM-7', 'UCS-2'] },
  count: { type: 'integer', minimum: 1, description: 'Each segment is billed.' },
});

const attempt = complete({
  number: { type: 'integer', minimum: 1 },
  channel: text,
  to: { ...text, description: 'The recipient of this attempt: a fallback step may have another.' },
  from: { ...text, description: 'The sender of this attempt. A push message has none: empty.' },
  messageUuid: nullable({
    type: 'string',
    description: 'The name that Vonage gave to this attempt.',
  }),
  externalId: nullable({
    type: 'string',
    description:
      'The name under which the server of a channel beside Vonage knows this attempt, such as the Message-ID of an e-mail.',
  }),
  status: { enum: messageStatuses },
  error: nullable(
    complete({
      source: { enum: ['report', 'call'] },
      class: { enum: deliveryErrorClasses },
      code: nullable(text),
      title: nullable(text),
      detail: nullable(text),
      type: nullable(text),
      httpStatus: nullable({ type: 'integer' }),
    }),
  ),
  usage: nullable(complete({ currency: text, price: text })),
  networkCode: nullable(text),
  segmentCount: nullable({ type: 'integer' }),
  segments: {
    type: 'array',
    items: complete({ occurredAt: nullable(time), status: text, errorCode: nullable(text) }),
  },
  startedAt: nullable(time),
  recoveredAt: {
    ...nullable(time),
    description:
      'When a report proved that it was made, although this ledger, which was restored from an older copy, never started it.',
  },
  acceptedAt: nullable(time),
  submittedAt: nullable(time),
  deliveredAt: nullable(time),
});

export const sendAnswer = withOptional(
  complete({
    id: uuid,
    status: { enum: messageStatuses },
    to: text,
    from: text,
    channel: text,
    segments,
    createdAt: time,
  }),
  {
    resendOf: {
      ...uuid,
      description: 'The message that it repeats, where there is one.',
    },
    attempts: { type: 'array', items: attempt, description: 'With `Prefer: wait` only.' },
  },
);

const ofMessage = complete({
  id: uuid,
  status: { enum: messageStatuses },
  statusSince: time,
  final: { type: 'boolean', description: 'Nothing more is due.' },
  contradicted: { type: 'boolean', description: 'A report denied a final status.' },
  origin: { enum: ['waybill', 'external'] },
  to: text,
  from: text,
  country: nullable({ type: 'string', description: 'ISO 3166-1 alpha-2.' }),
  channel: text,
  text: nullable(text),
  segments: nullable(segments),
  reference: nullable(text),
  priority: {
    ...nullable({ enum: priorities }),
    description: 'The lane in which it waits; null when Waybill did not send it.',
  },
  sendAt: nullable(time),
  expiresAt: nullable(time),
  resendOf: {
    ...nullable(uuid),
    description: 'The message that this one repeats.',
  },
  inReplyTo: {
    ...nullable(uuid),
    description: 'The received message that this one answers.',
  },
  resentAs: {
    ...nullable(uuid),
    description: 'The message that repeats this one; the latest, where there are several.',
  },
  resolution: {
    ...nullable(
      complete({
        attempt: { type: 'integer', minimum: 1 },
        outcome: { enum: resolvedOutcomes },
        reason: text,
        by: nullable({ type: 'string', description: 'Name of the API key.' }),
        at: time,
      }),
    ),
    description: 'What a person decided about its unknown outcome last.',
  },
  attempts: { type: 'array', items: attempt },
  revision: { type: 'integer', minimum: 0 },
  createdAt: time,
  explanation: { type: 'string', description: 'Why it is in this status and what happens next.' },
});

export const message = withOptional(ofMessage, {
  traceId: {
    type: 'string',
    description:
      'The trace of the request that made it, where OpenTelemetry is configured. In the answer of `GET` only.',
  },
});

export const bulkAnswer = complete({
  dryRun: { type: 'boolean' },
  counts: complete({
    matched: { type: 'integer', description: 'Messages of this page.' },
    done: { type: 'integer' },
    repeated: { type: 'integer' },
    refused: { type: 'integer' },
  }),
  items: {
    type: 'array',
    items: completeBut(['status', 'resentAs', 'problem'], {
      id: text,
      result: {
        enum: ['done', 'repeated', 'refused'],
        description: '`repeated`: it was done before, and is not done again.',
      },
      status: { enum: [...messageStatuses], description: 'After a resolution.' },
      resentAs: { type: 'string', description: 'Id of the message that sends it again.' },
      problem: problemSchema,
    }),
  },
  nextCursor: nullable(text),
});
