import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DescribeProblems } from '../documentation/problem-responses.js';
import { schemaOf } from '../documentation/schemas.js';
import { SuppressDto } from './contacts.dto.js';

const number = ApiParam({
  name: 'number',
  description: 'A number as people write it (national with DEFAULT_COUNTRY).',
  example: '447700900123',
});

const consent = ApiResponse({
  status: 200,
  description: 'What is known now.',
  schema: schemaOf('Consent'),
});

export const DescribeSuppress = (): MethodDecorator =>
  applyDecorators(
    ApiTags('contacts'),
    ApiOperation({
      operationId: 'suppress',
      summary: 'Send nothing more to a number',
      description:
        'Sends to it are refused from now on (409 `recipient-opted-out`), and what waits for it is withdrawn when it is due.',
    }),
    number,
    ApiBody({ type: SuppressDto, required: false }),
    consent,
    DescribeProblems(400, 413, 415),
  );

export const DescribeUnsuppress = (): MethodDecorator =>
  applyDecorators(
    ApiTags('contacts'),
    ApiOperation({
      operationId: 'unsuppress',
      summary: 'Send to a number again',
      description:
        'Ends an opt-out, a bar and a review. A block by Vonage or by the carrier is theirs: their next refusal suppresses the number again.',
    }),
    number,
    ApiQuery({
      name: 'sender',
      required: false,
      description: 'Only for this sender of ours.',
      schema: { type: 'string' },
    }),
    ApiQuery({
      name: 'reason',
      required: false,
      description: 'Kept in the ledger.',
      schema: { type: 'string' },
    }),
    consent,
    DescribeProblems(400),
  );
