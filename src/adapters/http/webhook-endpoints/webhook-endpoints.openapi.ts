import { ApiBody, ApiParam, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { answer, operation, query } from '../documentation/operation.js';
import { schemaOf } from '../documentation/schemas.js';
import { complete, itemsOf, nullable, text, time } from '../documentation/schema-parts.js';
import { CreateEndpointDto, PatchEndpointDto, ReplayDto } from './webhook-endpoints.dto.js';

const id = ApiParam({ name: 'id' });

const endpoint = answer('The endpoint.', schemaOf('WebhookEndpoint'));

export const DescribeCreate = operation({
  tag: 'webhooks-out',
  operationId: 'createWebhookEndpoint',
  summary: 'Have events posted to an address',
  description:
    'By the Standard Webhooks specification, at least once: `webhook-id` is the same for each repeat, and `data.stream` with ' +
    '`data.revision` gives the order. The secret is in this answer only. Events are posted from now on.',
  parts: [
    ApiBody({ type: CreateEndpointDto }),
    answer('Made.', schemaOf('CreatedWebhookEndpoint'), 201),
  ],
  problems: [400, 409, 413, 415],
});

export const DescribeList = operation({
  tag: 'webhooks-out',
  operationId: 'listWebhookEndpoints',
  summary: 'List the webhook endpoints',
  description: 'All endpoints, disabled ones too, without their secrets.',
  parts: [answer('All endpoints, without secrets.', itemsOf(schemaOf('WebhookEndpoint')))],
});

export const DescribeRead = operation({
  tag: 'webhooks-out',
  operationId: 'readWebhookEndpoint',
  summary: 'Read a webhook endpoint',
  description: 'Without its secret; a disabled one says since when and why.',
  parts: [id, endpoint],
  problems: [400, 404],
});

export const DescribePatch = operation({
  tag: 'webhooks-out',
  operationId: 'changeWebhookEndpoint',
  summary: 'Change, stop or resume an endpoint',
  description: 'A change takes effect within a second.',
  parts: [id, ApiBody({ type: PatchEndpointDto }), endpoint],
  problems: [400, 404, 413, 415],
});

export const DescribeDelete = operation({
  tag: 'webhooks-out',
  operationId: 'deleteWebhookEndpoint',
  summary: 'Post nothing more to an endpoint',
  description: 'What it had not got yet is not posted either. It cannot be brought back.',
  parts: [id, ApiResponse({ status: 204, description: 'Removed, with what it had not got yet.' })],
  problems: [400, 404],
});

export const DescribeRotate = operation({
  tag: 'webhooks-out',
  operationId: 'rotateWebhookSecret',
  summary: 'Get a new secret',
  description:
    'The secret before it signs too, for 24 hours (`overlapUntil`). So does each that was rotated within 24 hours, nine at most.',
  parts: [id, answer('The new secret, shown only now.', schemaOf('CreatedWebhookEndpoint'))],
  problems: [400, 404],
});

export const DescribeTest = operation({
  tag: 'webhooks-out',
  operationId: 'testWebhookEndpoint',
  summary: 'Post an example now',
  description: 'Its type is `endpoint.test`. The answer tells what the receiver said.',
  parts: [
    id,
    answer(
      'What became of it.',
      complete({
        delivered: { type: 'boolean' },
        httpStatus: { type: ['integer', 'null'] },
        error: { type: ['string', 'null'] },
      }),
    ),
  ],
  problems: [400, 404],
});

export const DescribeDeliveries = operation({
  tag: 'webhooks-out',
  operationId: 'listWebhookDeliveries',
  summary: 'List the latest deliveries of an endpoint',
  description:
    'The newest first: all that wait, the newest thousand that failed, and the newest thousand that were taken. Only `nextCursor: null` says that there is no more.',
  parts: [
    id,
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
    }),
    query('until', 'Only those before this time.', time),
    query('cursor', '`nextCursor` of the page before, with the same `until`.'),
    answer(
      'A page of deliveries.',
      complete({
        items: { type: 'array', items: schemaOf('WebhookDelivery') },
        nextCursor: nullable(text),
      }),
    ),
  ],
  problems: [400, 404],
});

export const DescribeReplay = operation({
  tag: 'webhooks-out',
  operationId: 'replayWebhooks',
  summary: 'Post again what was recorded since a time',
  description: 'Beside what is new. A receiver knows repeats by their `webhook-id`.',
  parts: [
    id,
    ApiBody({ type: ReplayDto }),
    answer(
      'It begins within a second, or once the endpoint is enabled.',
      complete({ since: time }),
      202,
    ),
  ],
  problems: [400, 404, 413, 415],
});
