import type { ResolvedOutcome } from '../../domain/message/message-events.js';
import type { TrackedMessage } from '../../domain/message/message.js';
import type { Caller } from '../access/caller.js';
import { messageNotFound } from '../auditing/message-not-found.js';
import { viewMessage, type MessageView } from '../auditing/message-view.js';
import { ApplicationError } from '../errors.js';
import type { Admission } from '../guards/admission.js';
import type { MessageLedger } from '../message-ledger.js';
import type { Identifiers } from '../ports/identifiers.js';
import type { MessageIndex } from '../ports/message-index.js';
import { ownMessageId } from './own-message-id.js';

export interface Decision {
  readonly outcome: ResolvedOutcome;
  readonly reason: string;
}

/** Records a person's decision about a message of unknown outcome. */
export class ResolveOutcome {
  constructor(
    private readonly messages: MessageLedger,
    private readonly index: MessageIndex,
    private readonly identifiers: Identifiers,
    private readonly admission: Pick<Admission, 'around'>,
  ) {}

  /**
   * Repeating the same decision succeeds again. With an Idempotency-Key a repeat is recognised even when the next
   * attempt has an unknown outcome too by then; without one it is a decision about that attempt.
   * @param id of the message, or Vonage's `message_uuid` of one of its attempts
   * One that is sent again counts against the limits.
   * @throws ApplicationError `message-not-found`, `message-not-unknown`, `idempotency-key-reused`
   * @throws ApplicationError `country-not-allowed`; LimitExceeded
   * @throws StoreUnavailable, AppendOutcomeUnknown
   */
  async execute(
    id: string,
    { outcome, reason }: Decision,
    caller: Caller,
    idempotencyKey: string | undefined,
  ): Promise<MessageView> {
    const { actor } = caller;
    const messageId = await ownMessageId(this.messages, this.index, id);
    const by = actor ?? null;
    const requestId =
      idempotencyKey === undefined
        ? null
        : this.identifiers.idOf('resolve', messageId, actor ?? '', idempotencyKey);
    const { events, after, revision } = await this.admission.around(
      caller,
      (admit) =>
        this.messages.handle(
          messageId,
          { type: 'ResolveOutcome', resolution: { outcome, reason, by, requestId } },
          {
            source: 'api',
            admit: async (message) => {
              const request = message.kind === 'tracked' ? message.request : null;
              if (outcome === 'resend' && request !== null) await admit(request);
            },
            ...(actor === undefined ? {} : { actor }),
          },
        ),
      (handled) => handled.events.length > 0,
    );
    if (after.kind === 'unheard-of') throw messageNotFound(messageId);
    if (events.length === 0) checkRepeat(after, outcome, requestId);
    return viewMessage(messageId, after, revision);
  }
}

/** @throws ApplicationError when the decision was not made before */
function checkRepeat(
  message: TrackedMessage,
  outcome: ResolvedOutcome,
  requestId: string | null,
): void {
  const { resolutions, status } = message;
  const requested = resolutions.find((one) => one.requestId === requestId);
  if (requestId !== null && requested !== undefined) {
    if (requested.outcome === outcome) return;
    throw new ApplicationError(
      'idempotency-key-reused',
      'This Idempotency-Key was used for another decision. Use a new key for a new decision.',
    );
  }
  const last = resolutions.at(-1);
  if (status !== 'unknown' && last?.outcome === outcome) return;
  throw new ApplicationError('message-not-unknown', whyNot(message));
}

function whyNot({ status, resolutions }: TrackedMessage): string {
  if (status === 'unknown') {
    return 'The message cannot be sent again, because its time is over or its attempts are used up: abandon it, or call it delivered.';
  }
  const last = resolutions.at(-1);
  const decided =
    last === undefined ? '' : ` after it was resolved as ${last.outcome} at ${last.at}`;
  return `The message is ${status}${decided}: only an unknown outcome can be resolved.`;
}
