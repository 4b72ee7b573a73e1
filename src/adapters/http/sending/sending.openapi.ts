import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { DescribeProblems } from '../documentation/problem-responses.js';
import { holdScopes } from '../../../domain/sending/sending.js';
import { holdCauses } from '../../../domain/sending/sending-events.js';
import { complete, nullable, text, time } from '../documentation/schema-parts.js';
import { schemaOf } from '../documentation/schemas.js';
import { HoldSendingDto, ReleaseSendingDto } from './sending.dto.js';

const answer = (description: string): MethodDecorator =>
  ApiResponse({ status: 200, description, schema: schemaOf('Sending') });

export const DescribeSending = (): MethodDecorator =>
  applyDecorators(
    ApiTags('operations'),
    ApiOperation({
      operationId: 'getSending',
      summary: 'Are messages handed over, and what waits?',
      description: 'The state is asked of the ledger; what waits is counted in the read models.',
    }),
    answer('Whether sending flows or is held, since when, and why.'),
    DescribeProblems(400),
  );

export const DescribeHolds = (): MethodDecorator =>
  applyDecorators(
    ApiTags('operations'),
    ApiOperation({
      operationId: 'listHolds',
      summary: 'When and why sending was held',
      description: 'At most the last 200, of all of sending and of single providers.',
    }),
    ApiQuery({
      name: 'since',
      required: false,
      description: 'Only those that held at or after this time.',
      schema: { type: 'string' },
    }),
    ApiResponse({
      status: 200,
      description: 'The latest first.',
      schema: complete({
        items: {
          type: 'array',
          items: complete({
            scope: { enum: [...holdScopes] },
            since: time,
            until: { ...nullable(time), description: 'Null: it still holds.' },
            cause: { enum: [...holdCauses] },
            reason: text,
            by: { ...nullable(text), description: 'Name of the API key.' },
            releaseReason: nullable(text),
            releasedBy: nullable(text),
          }),
        },
      }),
    }),
    DescribeProblems(400),
  );

export const DescribeHold = (): MethodDecorator =>
  applyDecorators(
    ApiTags('operations'),
    ApiOperation({
      operationId: 'holdSending',
      summary: 'Hand nothing more over',
      description:
        'With `provider`, only what goes to that provider. Messages are still accepted, and wait. Other instances follow within two seconds; calls under way end. ' +
        'Webhooks are recorded as ever.',
    }),
    ApiBody({ type: HoldSendingDto }),
    answer('Sending is held. A hold that is there already stays as it is.'),
    DescribeProblems(400, 413, 415),
  );

export const DescribeRelease = (): MethodDecorator =>
  applyDecorators(
    ApiTags('operations'),
    ApiOperation({
      operationId: 'releaseSending',
      summary: 'Hand messages over again',
      description:
        'With `waiting: unknown` the whole ledger is read first, which takes a minute for some millions of events. ' +
        'Repeat the request when it was interrupted: until it is done, sending stays held. 409: `sending-not-held`; ' +
        '`waiting-undecided` where `cause` is `restored-copy` or `damaged-ledger` and `waiting` is missing; ' +
        '`sending-held-again` where another hold came meanwhile, which is then to be looked at.',
    }),
    ApiBody({ type: ReleaseSendingDto }),
    answer('What was released flows.'),
    DescribeProblems(400, 409, 413, 415),
  );
