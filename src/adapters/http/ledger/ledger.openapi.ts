import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DescribeProblems } from '../documentation/problem-responses.js';
import { complete, schemaOf } from '../documentation/schemas.js';

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
