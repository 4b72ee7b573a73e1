import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DescribeProblems } from '../documentation/problem-responses.js';
import { schemaOf } from '../documentation/schemas.js';
import { sendExamples } from './messages.openapi.js';
import { SendMessageDto } from './send-message.dto.js';

export const DescribePreview = (): MethodDecorator =>
  applyDecorators(
    ApiTags('messages'),
    ApiOperation({
      operationId: 'previewMessage',
      summary: 'Preview a send without sending',
      description:
        'Reads the body as a send does, records nothing and costs nothing. A body with faults is answered with 200 ' +
        'too: `faults` are those that a send would be refused for.',
    }),
    ApiBody({ type: SendMessageDto, examples: sendExamples }),
    ApiResponse({
      status: 200,
      description: 'Everything that would be true of it.',
      schema: schemaOf('Preview'),
    }),
    DescribeProblems(400, 413, 415),
  );
