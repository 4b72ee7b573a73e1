import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { eventSources } from '../../../application/ports/event-store.js';
import { DescribeProblems } from '../documentation/problem-responses.js';
import { schemaOf } from '../documentation/schemas.js';
import { complete, effect, nullable, text, time } from '../documentation/schema-parts.js';

export const DescribeReplay = (): MethodDecorator =>
  applyDecorators(
    ApiTags('audit'),
    ApiOperation({
      operationId: 'replayMessage',
      summary: 'Every event of a message in order, and what each of them changed',
      description: '`effect` says for each event which status it led to, or why it was refused.',
    }),
    ApiParam({ name: 'id' }),
    ApiResponse({
      status: 200,
      description: 'The replay.',
      schema: complete({ items: { type: 'array', items: schemaOf('Event') } }),
    }),
    DescribeProblems(400, 404),
  );

const entry = complete({
  revision: { type: 'integer', minimum: 0 },
  type: text,
  recordedAt: time,
  occurredAt: nullable(time),
  source: { enum: [...eventSources] },
  actor: nullable({ type: 'string', description: 'Name of the API key.' }),
  effect: nullable(effect),
  meaning: nullable({ type: 'string', description: 'The meaning of the error code.' }),
  details: {
    type: 'object',
    description: 'What the event says besides, as far as it names neither the person nor the text.',
    required: ['hasWebhook'],
    properties: { hasWebhook: { type: 'boolean' } },
    additionalProperties: true,
  },
});

const timelineEntry = {
  ...entry,
  properties: {
    ...entry.properties,
    traceId: {
      type: 'string',
      description: 'The trace in which it was recorded, where OpenTelemetry is configured.',
    },
  },
};

export const DescribeTimeline = (): MethodDecorator =>
  applyDecorators(
    ApiTags('messages'),
    ApiOperation({
      operationId: 'getTimeline',
      summary: 'Read the timeline of a message, without texts, numbers and webhooks',
      description:
        'For people who help a customer: every event in order, with what it changed or why it was refused. ' +
        'The whole events, with their evidence, are in the replay.',
    }),
    ApiParam({ name: 'id' }),
    ApiResponse({
      status: 200,
      description: 'The timeline.',
      schema: complete({ items: { type: 'array', items: timelineEntry } }),
    }),
    DescribeProblems(400, 404),
  );

export const DescribeExport = (): MethodDecorator =>
  applyDecorators(
    ApiTags('audit'),
    ApiOperation({
      operationId: 'exportEvents',
      summary: 'The whole ledger after a position, one event a line',
      description:
        'Newline-delimited JSON in the order of the ledger. To go on, pass the last `position` as `after`.',
    }),
    ApiQuery({ name: 'after', required: false, description: 'A position; exclusive.' }),
    ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1 } }),
    ApiResponse({
      status: 200,
      description: 'Events, newline-delimited JSON.',
      content: { 'application/x-ndjson': { schema: schemaOf('Event') } },
    }),
    DescribeProblems(400),
  );
