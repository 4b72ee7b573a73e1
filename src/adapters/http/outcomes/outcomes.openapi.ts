import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DescribeProblems } from '../documentation/problem-responses.js';
import { schemaOf } from '../documentation/schemas.js';
import { ResolveOutcomeDto } from './outcomes.dto.js';

const messageId = ApiParam({
  name: 'id',
  description: 'The message id, or the `message_uuid` that Vonage gave to one of its attempts.',
});

export const DescribeResolve = (): MethodDecorator =>
  applyDecorators(
    ApiTags('messages'),
    ApiOperation({
      operationId: 'resolveMessage',
      summary: 'Decide about a message of unknown outcome',
      description:
        'For a message of which nobody knows whether Vonage took it. The same decision again has the same answer; another one, or a message that is not `unknown`, is 409.',
    }),
    messageId,
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'A repeat with the same key decides nothing more, even when the next attempt has an unknown outcome too by then. 1 to 255 characters.',
    }),
    ApiBody({ type: ResolveOutcomeDto }),
    ApiResponse({ status: 200, description: 'Resolved.', schema: schemaOf('Message') }),
    DescribeProblems(400, 404, 409, 413, 415, 422),
  );
