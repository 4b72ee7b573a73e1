import type { AttemptView } from '../../../application/auditing/message-view.js';
import { viewAttempt } from '../../../application/auditing/message-view.js';
import type { SentRequest } from '../../../application/sending/send-message.js';
import type { MessageStatus } from '../../../domain/message/message-status.js';
import type { TrackedMessage } from '../../../domain/message/message.js';
import type { Segments } from '../../../domain/segments.js';

/** The answer to a send: the recorded request, and with `Prefer: wait` Vonage's answer. */
export interface SendAnswer {
  readonly id: string;
  readonly status: MessageStatus;
  readonly to: string;
  readonly from: string;
  readonly channel: string;
  readonly segments: Segments;
  readonly createdAt: string;
  /** The message that this one resends, where there is one. */
  readonly resendOf?: string;
  readonly attempts?: readonly AttemptView[];
}

/** The message as requested, equal for every repeat of the request. */
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

/** @param message undefined when it could not be read after it was recorded: then it is shown as it was recorded */
export function answerAfterWaiting(
  sent: SentRequest,
  message: TrackedMessage | undefined,
): SendAnswer {
  const answer = answerOf(sent);
  const { status = answer.status, attempts = [] } = message ?? {};
  return { ...answer, status, attempts: attempts.map(viewAttempt) };
}
