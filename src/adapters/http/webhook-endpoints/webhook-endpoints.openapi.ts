import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DescribeProblems } from '../documentation/problem-responses.js';
import { schemaOf } from '../documentation/schemas.js';
import { complete } from '../documentation/schema-parts.js';
import { CreateEndpointDto, PatchEndpointDto, ReplayDto } from './webhook-endpoints.dto.js';

type Operation = Readonly<Record<'operationId' | 'summary', string>> & { description: string };

const operation = (about: Operation): MethodDecorator =>
  applyDecorators(ApiTags('webhooks-out'), ApiOperation(about));

const ofOne = (about: Operation): MethodDecorator =>
  applyDecorators(operation(about), ApiParam({ name: 'id' }));

const endpoint = ApiResponse({
  status: 200,
  description: 'The endpoint.',
  schema: schemaOf('WebhookEndpoint'),
});

export const DescribeCreate = (): MethodDecorator =>
  applyDecorators(
    operation({
      operationId: 'createWebhookEndpoint',
      summary: 'Have events posted to an address',
      description:
        'By the Standard Webhooks specification, at least once: `webhook-id` is the same for each repeat, and `data.stream` with ' +
        '`data.revision` gives the order. The secret is in this answer only. Events are posted from now on.',
    }),
    ApiBody({ type: CreateEndpointDto }),
    ApiResponse({
      status: 201,
      description: 'Made.',
      schema: schemaOf('CreatedWebhookEndpoint'),
    }),
    DescribeProblems(400, 409, 413, 415),
  );

export const DescribeList = (): MethodDecorator =>
  applyDecorators(
    operation({
      operationId: 'listWebhookEndpoints',
      summary: 'List the webhook endpoints',
      description: 'All endpoints, disabled ones too, without their secrets.',
    }),
    ApiResponse({
      status: 200,
      description: 'All endpoints, without secrets.',
      schema: complete({ items: { type: 'array', items: schemaOf('WebhookEndpoint') } }),
    }),
    DescribeProblems(400),
  );

export const DescribeRead = (): MethodDecorator =>
  applyDecorators(
    ofOne({
      operationId: 'readWebhookEndpoint',
      summary: 'Read a webhook endpoint',
      description: 'Without its secret; a disabled one says since when and why.',
    }),
    endpoint,
    DescribeProblems(400, 404),
  );

export const DescribePatch = (): MethodDecorator =>
  applyDecorators(
    ofOne({
      operationId: 'changeWebhookEndpoint',
      summary: 'Change, stop or resume an endpoint',
      description: 'A change takes effect within a second.',
    }),
    ApiBody({ type: PatchEndpointDto }),
    endpoint,
    DescribeProblems(400, 404, 413, 415),
  );

export const DescribeDelete = (): MethodDecorator =>
  applyDecorators(
    ofOne({
      operationId: 'deleteWebhookEndpoint',
      summary: 'Post nothing more to an endpoint',
      description: 'What it had not got yet is not posted either. It cannot be brought back.',
    }),
    ApiResponse({ status: 204, description: 'Removed, with what it had not got yet.' }),
    DescribeProblems(400, 404),
  );

export const DescribeRotate = (): MethodDecorator =>
  applyDecorators(
    ofOne({
      operationId: 'rotateWebhookSecret',
      summary: 'Get a new secret',
      description: 'The secret before it signs too, for 24 hours (`overlapUntil`).',
    }),
    ApiResponse({
      status: 200,
      description: 'The new secret, shown only now.',
      schema: schemaOf('CreatedWebhookEndpoint'),
    }),
    DescribeProblems(400, 404),
  );

export const DescribeTest = (): MethodDecorator =>
  applyDecorators(
    ofOne({
      operationId: 'testWebhookEndpoint',
      summary: 'Post an example now',
      description: 'Its type is `endpoint.test`. The answer tells what the receiver said.',
    }),
    ApiResponse({
      status: 200,
      description: 'What became of it.',
      schema: complete({
        delivered: { type: 'boolean' },
        httpStatus: { type: ['integer', 'null'] },
        error: { type: ['string', 'null'] },
      }),
    }),
    DescribeProblems(400, 404),
  );

export const DescribeDeliveries = (): MethodDecorator =>
  applyDecorators(
    ofOne({
      operationId: 'listWebhookDeliveries',
      summary: 'List the latest deliveries of an endpoint',
      description:
        'The newest first: all that failed, and the newest thousand that were taken. Pass `lastAt` of the last one as `until`.',
    }),
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 500, default: 50 },
    }),
    ApiQuery({
      name: 'until',
      required: false,
      description: 'Only those before.',
      schema: { type: 'string', format: 'date-time' },
    }),
    ApiResponse({
      status: 200,
      description: 'Deliveries.',
      schema: complete({ items: { type: 'array', items: schemaOf('WebhookDelivery') } }),
    }),
    DescribeProblems(400, 404),
  );

export const DescribeReplay = (): MethodDecorator =>
  applyDecorators(
    ofOne({
      operationId: 'replayWebhooks',
      summary: 'Post again what was recorded since a time',
      description: 'Beside what is new. A receiver knows repeats by their `webhook-id`.',
    }),
    ApiBody({ type: ReplayDto }),
    ApiResponse({
      status: 202,
      description: 'It begins within a second.',
      schema: complete({ since: { type: 'string', format: 'date-time' } }),
    }),
    DescribeProblems(400, 404, 413, 415),
  );
