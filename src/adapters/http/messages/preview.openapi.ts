import { ApiBody } from '@nestjs/swagger';
import { answer, operation } from '../documentation/operation.js';
import { schemaOf } from '../documentation/schemas.js';
import { sendExamples } from './messages.openapi.js';
import { SendMessageDto } from './send-message.dto.js';

export const DescribePreview = operation({
  tag: 'messages',
  operationId: 'previewMessage',
  summary: 'Preview a send without sending',
  description:
    'Reads the body as a send does, records nothing and costs nothing. A body with faults is answered with 200 ' +
    'too: `faults` are those that a send would be refused for.',
  parts: [
    ApiBody({ type: SendMessageDto, examples: sendExamples }),
    answer('Everything that would be true of it.', schemaOf('Preview')),
  ],
  problems: [400, 413, 415],
});
