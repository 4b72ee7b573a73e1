import type { AttemptView } from '../../../application/auditing/message-view.js';
import { viewAttempt } from '../../../application/auditing/message-view.js';
import type { SentRequest } from '../../../application/sending/send-message.js';
import type { TrackedMessage } from '../../../domain/message/message.js';
import type { Segments } from '../../../domain/segments.js';

/** The answer to a request: what was recorded, and with `Prefer: wait` what Vonage said. */
export interface SendAnswer {
  readonly id: string;
  readonly status: string;
  readonly to: string;
  readonly from: string;
  readonly channel: string;
  readonly segments: Segments;
  readonly createdAt: string;
  /** The message that it repeats, where there is one. */
  readonly resendOf?: string;
  readonly attempts?: readonly AttemptView[];
}

/** As it was requested: the same for every repeat. */
export const answerOf = ({ messageId, request, createdAt }: SentRequest): SendAnswer => ({
  id: messageId,
  status: request.sendAt === null ? 'accepted' : 'scheduled',
  to: request.to,
  from: request.from,
  channel: request.channel,
  segments: request.segments,
  createdAt,
  ...(request.resendOf === null ? {} : { resendOf: request.resendOf }),
});

export const answerAfterWaiting = (sent: SentRequest, message: TrackedMessage): SendAnswer => ({
  ...answerOf(sent),
  status: message.status,
  attempts: message.attempts.map(viewAttempt),
});
