import { ApiBody, ApiExtraModels, ApiHeader, ApiParam, ApiResponse } from '@nestjs/swagger';
import { answer, operation, query } from '../documentation/operation.js';
import { schemaOf } from '../documentation/schemas.js';
import { complete, itemsOf, time, withOptional } from '../documentation/schema-parts.js';
import { priorities } from '../../../domain/message/priority.js';
import { SendMessageDto } from './send-message.dto.js';

const idempotencyKey = ApiHeader({
  name: 'Idempotency-Key',
  required: false,
  description:
    'The same key with the same request is the same message, for ever. 1 to 255 characters. Put no number or name into it: the message id is a digest of it, and outlives an erasure.',
});

export const messageId = ApiParam({
  name: 'id',
  description: 'The message id, or the `message_uuid` that Vonage gave to one of its attempts.',
});

/** The examples of the documentation page: each can be sent unchanged. */
export const sendExamples = {
  short: {
    summary: 'A text',
    value: { to: '+447700980000', text: 'Your code is 123456', reference: 'order-1017' },
  },
  fallback: {
    summary: 'A second channel when nobody confirms it in time',
    value: {
      to: '+447700980001',
      text: 'Your appointment is tomorrow at 9',
      ttlSeconds: 86_400,
      confirmWithinSeconds: 300,
      fallback: [{ channel: 'whatsapp', when: 'unconfirmed', from: '447700900001' }],
    },
  },
};

export const DescribeSend = operation({
  tag: 'messages',
  operationId: 'sendMessage',
  summary: 'Send a message',
  description: 'Answers when the request is recorded; handing it to Vonage follows.',
  parts: [
    ApiBody({ type: SendMessageDto, examples: sendExamples }),
    idempotencyKey,
    ApiHeader({
      name: 'Prefer',
      required: false,
      description:
        '`wait=N` waits up to N seconds (30 at most) for the answer of Vonage and includes `attempts`.',
    }),
    ApiResponse({
      status: 202,
      description: 'Recorded.',
      headers: {
        Location: { description: 'Path of the message.', schema: { type: 'string' } },
        'Idempotency-Replayed': {
          description: '`true` when the Idempotency-Key was used before: nothing new is sent.',
          schema: { type: 'string' },
        },
        'Preference-Applied': {
          description: 'The wait that was applied, with `Prefer: wait`.',
          schema: { type: 'string' },
        },
      },
      content: { 'application/json': { schema: schemaOf('SendAnswer') } },
    }),
  ],
  problems: [400, 409, 410, 413, 415, 422],
});

const batchItem = withOptional(
  complete({ index: { type: 'integer' }, status: { type: 'integer' } }),
  { message: schemaOf('SendAnswer'), problem: schemaOf('Problem') },
);

export const DescribeBatch = operation({
  tag: 'messages',
  operationId: 'sendMessages',
  summary: 'Send up to 1,000 messages',
  description:
    'Each stands or falls alone: 202 when all were recorded, otherwise 207, and the items say which.',
  parts: [
    ApiExtraModels(SendMessageDto),
    ApiBody({
      schema: {
        type: 'object',
        required: ['messages'],
        properties: {
          messages: {
            type: 'array',
            minItems: 1,
            maxItems: 1000,
            items: { $ref: '#/components/schemas/SendMessageDto' },
          },
          priority: {
            enum: [...priorities],
            description: 'The lane of all messages that name none.',
          },
        },
      },
    }),
    idempotencyKey,
    answer('All were recorded.', itemsOf(batchItem), 202),
    answer('Some were not recorded; each item says why.', itemsOf(batchItem), 207),
  ],
  problems: [400, 413, 415],
});

export const DescribeRead = operation({
  tag: 'messages',
  operationId: 'getMessage',
  summary: 'Read the status of a message, with its explanation',
  description:
    'Folded from the events of its stream, so it is never stale. With `at`, the answer is what was known at that time.',
  parts: [
    messageId,
    query('at', 'As it was known at that time, ISO 8601.', time),
    query('timeZone', 'Of a time or day in `at` without a zone, for example `Europe/London`.'),
    query(
      'text',
      'For a person in the window, who otherwise gets no text: it is shown, and that is recorded. Programs always get it.',
      { enum: ['shown'] },
    ),
    answer('The message.', schemaOf('Message')),
  ],
  problems: [400, 404],
});

export const DescribeCancel = operation({
  tag: 'messages',
  operationId: 'cancelMessage',
  summary: 'Withdraw what has not been handed to Vonage',
  description:
    'A message that was handed over can no longer be withdrawn: 409. Its text is null for a key without the scope `read`.',
  parts: [messageId, answer('Withdrawn.', schemaOf('Message'))],
  problems: [400, 404, 409],
});
