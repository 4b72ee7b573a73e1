import { ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { eventSources } from '../../../application/ports/event-store.js';
import { answer, operation } from '../documentation/operation.js';
import { schemaOf } from '../documentation/schemas.js';
import {
  complete,
  count,
  effect,
  itemsOf,
  nullable,
  text,
  time,
  withOptional,
} from '../documentation/schema-parts.js';

export const DescribeReplay = operation({
  tag: 'audit',
  operationId: 'replayMessage',
  summary: 'Every event of a message in order, and what each of them changed',
  description: '`effect` says for each event which status it led to, or why it was refused.',
  parts: [ApiParam({ name: 'id' }), answer('The replay.', itemsOf(schemaOf('Event')))],
  problems: [400, 404],
});

const entry = complete({
  revision: count,
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

const timelineEntry = withOptional(entry, {
  traceId: {
    type: 'string',
    description: 'The trace in which it was recorded, where OpenTelemetry is configured.',
  },
});

export const DescribeTimeline = operation({
  tag: 'messages',
  operationId: 'getTimeline',
  summary: 'Read the timeline of a message, without texts, numbers and webhooks',
  description:
    'For people who help a customer: every event in order, with what it changed or why it was refused. ' +
    'The whole events, with their evidence, are in the replay.',
  parts: [ApiParam({ name: 'id' }), answer('The timeline.', itemsOf(timelineEntry))],
  problems: [400, 404],
});

export const DescribeExport = operation({
  tag: 'audit',
  operationId: 'exportEvents',
  summary: 'The whole ledger after a position, one event a line',
  description:
    'Newline-delimited JSON in the order of the ledger. To go on, pass the last `position` as `after`.',
  parts: [
    ApiQuery({
      name: 'after',
      required: false,
      description: 'Only events behind this `position`.',
    }),
    ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1 } }),
    ApiResponse({
      status: 200,
      description: 'Events, newline-delimited JSON.',
      content: { 'application/x-ndjson': { schema: schemaOf('Event') } },
    }),
  ],
});
