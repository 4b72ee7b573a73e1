import { ApiBody, ApiHeader, ApiQuery, ApiResponse } from '@nestjs/swagger';
import { RESENT_BY_DEFAULT } from '../../../application/sending/decide-in-bulk.js';
import { answer, operation } from '../documentation/operation.js';
import { schemaOf } from '../documentation/schemas.js';
import { messageId } from '../messages/messages.openapi.js';
import { messageFilters } from '../reporting/reporting.openapi.js';
import {
  BulkResendDto,
  BulkResolveDto,
  ResendMessageDto,
  ResolveOutcomeDto,
} from './outcomes.dto.js';

export const DescribeResolve = operation({
  tag: 'messages',
  operationId: 'resolveMessage',
  summary: 'Decide about a message of unknown outcome',
  description:
    'For a message of which nobody knows whether Vonage took it. The same decision again has the same answer; another one, or a message that is not `unknown`, is 409. Its text is null for a key without the scope `read`.',
  parts: [
    messageId,
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'A repeat with the same key decides nothing more, even when the next attempt has an unknown outcome too by then. 1 to 255 characters.',
    }),
    ApiBody({ type: ResolveOutcomeDto }),
    answer('Resolved.', schemaOf('Message')),
  ],
  problems: [400, 404, 409, 413, 415, 422],
});

export const DescribeResend = operation({
  tag: 'messages',
  operationId: 'resendMessage',
  summary: 'Send a message that is over again',
  description:
    'Makes a new message of a final one, with the same content, sent at once: `resendOf` names the old one, and `resentAs` of the old one the new. One that is not final is 409. ' +
    'The event `MessageResent` of the old one is recorded first: after a failure in between, its message does not exist and nothing was sent, until this is asked again.',
  parts: [
    messageId,
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'A repeat with the same key finds the message that the first one made; another key sends another time. Without a key, a message is sent again once. 1 to 255 characters.',
    }),
    ApiBody({ type: ResendMessageDto }),
    ApiResponse({
      status: 202,
      description: 'Recorded, or found where it was recorded before.',
      headers: {
        Location: { description: 'Path of the new message.', schema: { type: 'string' } },
        'Idempotency-Replayed': {
          description: '`true` when it was recorded before: nothing new is sent.',
          schema: { type: 'string' },
        },
      },
      content: { 'application/json': { schema: schemaOf('SendAnswer') } },
    }),
  ],
  problems: [400, 404, 409, 410, 413, 415],
});

/** Tells callers to follow `nextCursor`, because a page of bulk decisions may end before `limit`. */
const GO_ON =
  'A page takes at most about 20 s, and may hold fewer than `limit` although there is more: go on with `nextCursor` ' +
  'until it is null.';

const bulkKey = ApiHeader({
  name: 'Idempotency-Key',
  required: false,
  description: 'Stands for each message as if it were decided about alone. 1 to 255 characters.',
});

const rehearsal = ApiQuery({
  name: 'dryRun',
  required: false,
  schema: { type: 'boolean', default: false },
  description: 'As `dryRun` in the body; one of the two is enough.',
});

const bulkAnswer = answer(
  'What became of each message of the page, or would.',
  schemaOf('BulkAnswer'),
);

export const DescribeBulkResolve = operation({
  tag: 'messages',
  operationId: 'resolveMessages',
  summary: 'Decide about many messages of unknown outcome',
  description:
    'About a page of what the filters of the message list find; without `status`, those that are `unknown`. ' +
    `${GO_ON} The same request again decides nothing twice under one Idempotency-Key. Without a key it decides anew about a message ` +
    'that was sent again since and is `unknown` once more.',
  parts: [...messageFilters, rehearsal, bulkKey, ApiBody({ type: BulkResolveDto }), bulkAnswer],
  problems: [400, 413, 415],
});

export const DescribeBulkResend = operation({
  tag: 'messages',
  operationId: 'resendMessages',
  summary: 'Send many messages that are over again',
  description:
    'A page of what the filters of the message list find; without `status`, those that are ' +
    `${RESENT_BY_DEFAULT.join(', ')}, but none that a later report contradicts: its person may have the text. ` +
    'One of which an attempt may have arrived, because no report came, its error leaves that possible or an earlier attempt was reported delivered, ' +
    'is `refused`, and so is one that was sent again already: alone, with another API key or under another `Idempotency-Key`. ' +
    `\`status\` or \`contradicted=true\` takes those too. ${GO_ON} Without an Idempotency-Key, each message is ` +
    'sent again once, however often this is asked. Where a `status` is named, what the same request has sent again is `refused` when it is asked again, ' +
    'although the filters find it too; another Idempotency-Key takes it. Caps hold: a message above one is `refused`.',
  parts: [...messageFilters, rehearsal, bulkKey, ApiBody({ type: BulkResendDto }), bulkAnswer],
  problems: [400, 413, 415],
});
