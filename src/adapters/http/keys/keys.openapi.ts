import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { KEYS_LIMIT_DEFAULT, KEYS_LIMIT_MAX } from '../../../application/access/manage-keys.js';
import { DescribeProblems } from '../documentation/problem-responses.js';
import { schemaOf } from '../documentation/schemas.js';
import { complete } from '../documentation/schema-parts.js';
import { CreateKeyDto } from './keys.dto.js';

export const DescribeCreateKey = (): MethodDecorator =>
  applyDecorators(
    ApiTags('keys'),
    ApiOperation({
      operationId: 'createKey',
      summary: 'Make an API key',
      description:
        'The key is in this answer only; the ledger holds its SHA-256. It works on every instance at once. When the ' +
        'answer is lost, revoke the name and make a key of another name.',
    }),
    ApiBody({ type: CreateKeyDto }),
    ApiResponse({
      status: 201,
      description: 'Made.',
      schema: schemaOf('CreatedKey'),
    }),
    DescribeProblems(400, 409, 413, 415),
  );

export const DescribeKeys = (): MethodDecorator =>
  applyDecorators(
    ApiTags('keys'),
    ApiOperation({
      operationId: 'listKeys',
      summary: 'List the API keys, with their last use',
      description: 'Those of API_KEYS first, then the newest. Revoked ones are listed too.',
    }),
    ApiQuery({
      name: 'limit',
      required: false,
      schema: {
        type: 'integer',
        minimum: 1,
        maximum: KEYS_LIMIT_MAX,
        default: KEYS_LIMIT_DEFAULT,
      },
    }),
    ApiQuery({
      name: 'cursor',
      required: false,
      description: '`nextCursor` of the page before.',
      schema: { type: 'string' },
    }),
    ApiResponse({
      status: 200,
      description: 'A page of keys, without secrets.',
      schema: complete({
        items: { type: 'array', items: schemaOf('ApiKey') },
        nextCursor: { type: ['string', 'null'] },
      }),
    }),
    DescribeProblems(400),
  );

export const DescribeRevokeKey = (): MethodDecorator =>
  applyDecorators(
    ApiTags('keys'),
    ApiOperation({
      operationId: 'revokeKey',
      summary: 'Revoke an API key for ever',
      description:
        'This instance refuses it at once, every other within a second. Its name stays taken. Revoking it again changes nothing.',
    }),
    ApiParam({ name: 'name' }),
    ApiResponse({ status: 200, description: 'Revoked.', schema: schemaOf('ApiKey') }),
    DescribeProblems(400, 404, 409),
  );
