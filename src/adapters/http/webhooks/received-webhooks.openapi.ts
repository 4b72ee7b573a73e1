import { webhookEvents } from '../../../application/reporting/webhook-history.js';
import { answer, operation, query } from '../documentation/operation.js';
import { complete, itemsOf, nullable, text, time } from '../documentation/schema-parts.js';
import { refusedBecause } from './refused-webhooks.js';

const receivedWebhook = {
  type: 'object' as const,
  required: ['position', 'type', 'revision', 'occurredAt', 'recordedAt'],
  properties: {
    position: { ...text, description: 'Orders it among the changes of `GET /v1/stream`.' },
    type: { enum: [...webhookEvents] },
    messageId: { ...text, description: 'Missing for a message that we received.' },
    revision: {
      type: 'integer',
      description: 'The place of its event in the stream of its message.',
    },
    messageUuid: text,
    attempt: { type: 'integer' },
    status: { ...text, description: 'The reported status.' },
    errorCode: text,
    refusedBecause: { ...text, description: 'The reason why the report changed nothing.' },
    occurredAt: time,
    recordedAt: time,
  },
};

export const DescribeReceivedWebhooks = operation({
  tag: 'operations',
  operationId: 'listReceivedWebhooks',
  summary: 'Webhooks of Vonage that were recorded, newest first',
  description:
    'Each with what it changed, or why it changed nothing. A repeat of a recorded one leaves nothing behind. ' +
    'A page covers about a thousand events of the ledger and may be empty: only `nextCursor: null` says that there is no more.',
  parts: [
    query('cursor', '`nextCursor` of the page before.'),
    answer(
      'A page.',
      complete({
        items: { type: 'array', items: receivedWebhook },
        nextCursor: nullable(text),
      }),
    ),
  ],
});

export const DescribeRefusedWebhooks = operation({
  tag: 'operations',
  operationId: 'listRefusedWebhooks',
  summary: 'Webhooks that this instance did not accept, and why',
  description:
    'Since the instance started, at most 200 lines. Refusals of one kind that follow each other within a minute are one line. ' +
    'Nothing that they carried is kept, because anybody may have sent them. The metrics count them over all instances.',
  parts: [
    answer(
      'The latest first.',
      itemsOf(
        complete({
          webhook: { enum: ['status', 'inbound'] },
          reason: { enum: [...refusedBecause] },
          status: { type: 'integer', description: 'HTTP status of the answers.' },
          count: { type: 'integer' },
          firstAt: time,
          lastAt: time,
        }),
      ),
    ),
  ],
});
