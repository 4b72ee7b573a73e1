import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { DescribeProblems } from '../documentation/problem-responses.js';
import { schemaOf } from '../documentation/schemas.js';
import { complete } from '../documentation/schema-parts.js';
import { priorities } from '../../../domain/message/priority.js';
import { SendMessageDto } from './send-message.dto.js';

const idempotencyKey = ApiHeader({
  name: 'Idempotency-Key',
  required: false,
  description:
    'The same key with the same request is the same message, for ever. 1 to 255 characters.',
});

const messageId = ApiParam({
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

export const DescribeSend = (): MethodDecorator =>
  applyDecorators(
    ApiTags('messages'),
    ApiOperation({
      operationId: 'sendMessage',
      summary: 'Send a message',
      description: 'Answers when the request is recorded; handing it to Vonage follows.',
    }),
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
    DescribeProblems(400, 409, 410, 413, 415, 422),
  );

export const DescribeBatch = (): MethodDecorator =>
  applyDecorators(
    ApiTags('messages'),
    ApiOperation({
      operationId: 'sendMessages',
      summary: 'Send up to 1,000 messages',
      description:
        'Each stands or falls alone: 202 when all were recorded, otherwise 207, and the items say which.',
    }),
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
    ...[202, 207].map((status) =>
      ApiResponse({
        status,
        description: status === 202 ? 'All were recorded.' : 'Some were not; see each.',
        schema: complete({
          items: {
            type: 'array',
            items: {
              type: 'object',
              required: ['index', 'status'],
              properties: {
                index: { type: 'integer' },
                status: { type: 'integer' },
                message: schemaOf('SendAnswer'),
                problem: schemaOf('Problem'),
              },
            },
          },
        }),
      }),
    ),
    DescribeProblems(400, 413, 415),
  );

export const DescribeRead = (): MethodDecorator =>
  applyDecorators(
    ApiTags('messages'),
    ApiOperation({
      operationId: 'getMessage',
      summary: 'Read the status of a message, with its explanation',
      description:
        'Folded from the events of its stream, so it is never stale. With `at`, the answer is what was known at that time.',
    }),
    messageId,
    ApiQuery({
      name: 'at',
      required: false,
      description: 'As it was known at that time, ISO 8601.',
      schema: { type: 'string', format: 'date-time' },
    }),
    ApiQuery({
      name: 'timeZone',
      required: false,
      description: 'Of a time or day in `at` without a zone, for example `Europe/London`.',
      schema: { type: 'string' },
    }),
    ApiQuery({
      name: 'text',
      required: false,
      description:
        'For a person in the window, who otherwise gets no text: it is shown, and that is recorded. Programs always get it.',
      schema: { enum: ['shown'] },
    }),
    ApiResponse({ status: 200, description: 'The message.', schema: schemaOf('Message') }),
    DescribeProblems(400, 404),
  );

export const DescribeCancel = (): MethodDecorator =>
  applyDecorators(
    ApiTags('messages'),
    ApiOperation({
      operationId: 'cancelMessage',
      summary: 'Withdraw what has not been handed to Vonage',
      description: 'A message that was handed over can no longer be withdrawn: 409.',
    }),
    messageId,
    ApiResponse({ status: 200, description: 'Withdrawn.', schema: schemaOf('Message') }),
    DescribeProblems(400, 404, 409),
  );
