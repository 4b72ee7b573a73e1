import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DescribeProblems } from '../documentation/problem-responses.js';
import { EraseDto } from './contacts.dto.js';

const time = { type: 'string', format: 'date-time' } as const;
const count = { type: 'integer', minimum: 0 } as const;

export const DescribeErase = (): MethodDecorator =>
  applyDecorators(
    ApiTags('contacts'),
    ApiOperation({
      operationId: 'erasePerson',
      summary: 'Erase a person',
      description:
        'Destroys the keys of everything recorded about a number, withdraws what waits for it, and makes lists forget it. Messages still count. An opt-out stays, without the number. Asked again, it completes what was cut off and answers the same.',
    }),
    ApiParam({
      name: 'number',
      description: 'A number as people write it (national with DEFAULT_COUNTRY).',
      example: '447700900123',
    }),
    ApiBody({ type: EraseDto }),
    ApiResponse({
      status: 200,
      description: 'The certificate. It holds nothing personal.',
      schema: {
        type: 'object',
        required: [
          'person',
          'erasedAt',
          'by',
          'reason',
          'keysDestroyed',
          'messages',
          'inbound',
          'completedAt',
          'remains',
        ],
        properties: {
          person: {
            type: 'string',
            description: 'Random. It is in the id of every key that was destroyed.',
          },
          erasedAt: time,
          by: { type: ['string', 'null'], description: 'Name of the API key.' },
          reason: { type: 'string' },
          keysDestroyed: count,
          messages: { ...count, description: 'Messages to the person.' },
          inbound: { ...count, description: 'Messages from the person.' },
          completedAt: time,
          remains: {
            type: 'array',
            items: { type: 'string' },
            description: 'Where copies remain for a while that the service cannot reach.',
          },
        },
      },
    }),
    DescribeProblems(400, 404, 409, 413, 415),
  );
