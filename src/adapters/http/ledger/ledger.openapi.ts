import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DescribeProblems } from '../documentation/problem-responses.js';
import { schemaOf } from '../documentation/schemas.js';

export const DescribeReplay = (): MethodDecorator =>
  applyDecorators(
    ApiTags('audit'),
    ApiOperation({ summary: 'Every event of a message in order, and what each of them changed' }),
    ApiParam({ name: 'id' }),
    ApiResponse({
      status: 200,
      description: 'The replay.',
      schema: {
        type: 'object',
        properties: { items: { type: 'array', items: schemaOf('Event') } },
      },
    }),
    DescribeProblems(400, 404),
  );

export const DescribeExport = (): MethodDecorator =>
  applyDecorators(
    ApiTags('audit'),
    ApiOperation({ summary: 'The whole ledger after a position, one event a line' }),
    ApiQuery({ name: 'after', required: false, description: 'A position; exclusive.' }),
    ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1 } }),
    ApiResponse({
      status: 200,
      description: 'Events, newline-delimited JSON.',
      content: { 'application/x-ndjson': { schema: schemaOf('Event') } },
    }),
    DescribeProblems(400),
  );
