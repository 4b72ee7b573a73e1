import { ApiBody } from '@nestjs/swagger';
import { answer, operation } from '../documentation/operation.js';
import { complete, count, text, time } from '../documentation/schema-parts.js';
import { EraseDto } from './contacts.dto.js';
import { number } from './contacts.openapi.js';

export const DescribeErase = operation({
  tag: 'contacts',
  operationId: 'erasePerson',
  summary: 'Erase a person',
  description:
    'Destroys the keys of everything recorded about a number, withdraws what waits for it, and makes lists forget it. Messages still count. An opt-out stays, without the number. Asked again, it completes what was cut off and answers the same.',
  parts: [
    number,
    ApiBody({ type: EraseDto }),
    answer(
      'The certificate. It holds nothing personal.',
      complete({
        person: {
          ...text,
          description: 'Random. It is in the id of every key that was destroyed.',
        },
        erasedAt: time,
        by: { type: ['string', 'null'], description: 'Name of the API key.' },
        reason: text,
        keysDestroyed: count,
        messages: { ...count, description: 'Messages to the person.' },
        inbound: { ...count, description: 'Messages from the person.' },
        completedAt: time,
        remains: {
          type: 'array',
          items: text,
          description: 'Where copies remain for a while that the service cannot reach.',
        },
      }),
    ),
  ],
  problems: [400, 404, 409, 413, 415],
});
