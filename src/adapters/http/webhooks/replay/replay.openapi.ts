import { ApiBody } from '@nestjs/swagger';
import { answer, operation } from '../../documentation/operation.js';
import { complete, nullable, text } from '../../documentation/schema-parts.js';
import { ReplayWebhookDto } from './replay.dto.js';
import { replayResults, signatureVerdicts } from './replay-webhook.js';

export const DescribeReplayWebhook = operation({
  tag: 'operations',
  operationId: 'replayWebhook',
  summary: 'Take a kept webhook in once more',
  description:
    'As if Vonage repeated it: its signature is checked by the secrets of now, and its body is read by this build. ' +
    'One that was recorded is a repeat, and adds nothing. One that was set aside is recorded when it is understood now, ' +
    'with the time at which it came.',
  parts: [
    ApiBody({ type: ReplayWebhookDto }),
    answer(
      'What it changed.',
      complete({
        webhook: { enum: ['status', 'inbound'] },
        signature: {
          enum: [...signatureVerdicts],
          description: '`not-kept`: an earlier version recorded it without its token.',
        },
        result: {
          enum: [...replayResults],
          description:
            '`not-verified`: the signature is not valid by the secrets of now, so that nothing was recorded.',
        },
        reason: { ...nullable(text), description: 'Why it is not understood.' },
      }),
    ),
  ],
  problems: [400, 404, 410, 413, 415],
});
