import { ApiBody } from '@nestjs/swagger';
import { holdScopes } from '../../../domain/sending/sending.js';
import { holdCauses } from '../../../domain/sending/sending-events.js';
import { answer, operation, query } from '../documentation/operation.js';
import { complete, itemsOf, nullable, text, time } from '../documentation/schema-parts.js';
import { schemaOf } from '../documentation/schemas.js';
import { HoldSendingDto, ReleaseSendingDto } from './sending.dto.js';

export const DescribeSending = operation({
  tag: 'operations',
  operationId: 'getSending',
  summary: 'Are messages handed over, and what waits?',
  description: 'The state is asked of the ledger; what waits is counted in the read models.',
  parts: [answer('Whether sending flows or is held, since when, and why.', schemaOf('Sending'))],
});

export const DescribeHolds = operation({
  tag: 'operations',
  operationId: 'listHolds',
  summary: 'When and why sending was held',
  description: 'At most the last 200, of all of sending and of single providers.',
  parts: [
    query('since', 'Only those that held at or after this time.'),
    answer(
      'The latest first.',
      itemsOf(
        complete({
          scope: { enum: [...holdScopes] },
          since: time,
          until: { ...nullable(time), description: 'Null: it still holds.' },
          cause: { enum: [...holdCauses] },
          reason: text,
          by: { ...nullable(text), description: 'Name of the API key.' },
          releaseReason: nullable(text),
          releasedBy: nullable(text),
        }),
      ),
    ),
  ],
});

export const DescribeHold = operation({
  tag: 'operations',
  operationId: 'holdSending',
  summary: 'Hand nothing more over',
  description:
    'With `provider`, only what goes to that provider. Messages are still accepted, and wait. Other instances follow within two seconds; calls under way end. ' +
    'Webhooks are recorded as ever.',
  parts: [
    ApiBody({ type: HoldSendingDto }),
    answer(
      'Sending is held. A hold that is there already stays as it is, and a release under way is refused.',
      schemaOf('Sending'),
    ),
  ],
  problems: [400, 413, 415],
});

export const DescribeRelease = operation({
  tag: 'operations',
  operationId: 'releaseSending',
  summary: 'Hand messages over again',
  description:
    'With `waiting: unknown` the whole ledger is read first, which takes a minute for some millions of events. ' +
    'Repeat the request when it was interrupted: until it is done, sending stays held. 409: `sending-not-held`, also where only single providers or senders are held and `waiting` is `unknown`; ' +
    '`waiting-undecided` where `cause` is `restored-copy` or `damaged-ledger` and `waiting` is missing; ' +
    '`sending-held-again` where another hold came meanwhile, which is then to be looked at.',
  parts: [
    ApiBody({ type: ReleaseSendingDto }),
    answer('What was released flows.', schemaOf('Sending')),
  ],
  problems: [400, 409, 413, 415],
});
