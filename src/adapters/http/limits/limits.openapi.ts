import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DescribeProblems } from '../documentation/problem-responses.js';
import { schemaOf } from '../documentation/schemas.js';

export const DescribeLimits = (): MethodDecorator =>
  applyDecorators(
    ApiTags('operations'),
    ApiOperation({
      operationId: 'getLimits',
      summary: 'Read the limits and their use',
      description:
        'The caps of today (UTC) and the countries, for all API keys together and for the one that asks. Null: not limited.',
    }),
    ApiResponse({ status: 200, description: 'The limits.', schema: schemaOf('Limits') }),
    DescribeProblems(400),
  );
