import { ApiBody, ApiParam, ApiQuery } from '@nestjs/swagger';
import { KEYS_LIMIT_DEFAULT, KEYS_LIMIT_MAX } from '../../../application/access/manage-keys.js';
import { answer, operation, query } from '../documentation/operation.js';
import { schemaOf } from '../documentation/schemas.js';
import { complete } from '../documentation/schema-parts.js';
import { CreateKeyDto } from './keys.dto.js';

export const DescribeCreateKey = operation({
  tag: 'keys',
  operationId: 'createKey',
  summary: 'Make an API key',
  description:
    'The key is in this answer only; the ledger holds its SHA-256. It works on every instance at once. When the ' +
    'answer is lost, revoke the name and make a key of another name.',
  parts: [ApiBody({ type: CreateKeyDto }), answer('Made.', schemaOf('CreatedKey'), 201)],
  problems: [400, 409, 413, 415],
});

export const DescribeKeys = operation({
  tag: 'keys',
  operationId: 'listKeys',
  summary: 'List the API keys, with their last use',
  description: 'Those of API_KEYS first, then the newest. Revoked ones are listed too.',
  parts: [
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
    query('cursor', '`nextCursor` of the page before.'),
    answer(
      'A page of keys, without secrets.',
      complete({
        items: { type: 'array', items: schemaOf('ApiKey') },
        nextCursor: { type: ['string', 'null'] },
      }),
    ),
  ],
});

export const DescribeRevokeKey = operation({
  tag: 'keys',
  operationId: 'revokeKey',
  summary: 'Revoke an API key for ever',
  description:
    'This instance refuses it at once, every other within a second. Its name stays taken. Revoking it again changes nothing.',
  parts: [ApiParam({ name: 'name' }), answer('Revoked.', schemaOf('ApiKey'))],
  problems: [400, 404, 409],
});
