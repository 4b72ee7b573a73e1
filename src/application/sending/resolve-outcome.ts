import type { MessageCommand } from '../../domain/message/message-commands.js';
import type { MessageRequest, ResolvedOutcome } from '../../domain/message/message-events.js';
import type { Message, TrackedMessage } from '../../domain/message/message.js';
import type { Caller } from '../access/caller.js';
import { messageNotFound } from '../auditing/message-not-found.js';
import { viewMessage, type MessageView } from '../auditing/message-view.js';
import { ApplicationError } from '../errors.js';
import type { Admission } from '../guards/admission.js';
import type { Handled, MessageLedger } from '../message-ledger.js';
import type { MessageIndex } from '../ports/message-index.js';
import { ownMessageId } from './own-message-id.js';
import type { RequestIds } from './request-ids.js';

export interface Decision {
  readonly outcome: ResolvedOutcome;
  readonly reason: string;
}

export interface Resolved {
  readonly message: MessageView;
  /** The same decision was made before. */
  readonly repeated: boolean;
}

type ResolveCommand = Extract<MessageCommand, { readonly type: 'ResolveOutcome' }>;

/** Records a person's decision about a message of unknown outcome. */
export class ResolveOutcome {
  constructor(
    private readonly messages: MessageLedger,
    private readonly index: MessageIndex,
    private readonly ids: RequestIds,
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
    decision: Decision,
    caller: Caller,
    idempotencyKey: string | undefined,
  ): Promise<Resolved> {
    const { actor } = caller;
    const [messageId, command] = await this.prepare(id, decision, caller, idempotencyKey);
    const handled = await this.admission.around(
      caller,
      (admit) =>
        this.messages.handle(messageId, command, {
          source: 'api',
          admit: (message, at) => admitResend(command, message, (request) => admit(request, at)),
          actor,
        }),
      ({ events }) => events.length > 0,
    );
    return viewOf(messageId, command, handled);
  }

  /**
   * Returns the answer that `execute` would give now. Nothing is recorded.
   * @param admission counts what earlier rehearsals of the same run would have used
   * @throws the same
   */
  async rehearse(
    id: string,
    decision: Decision,
    caller: Caller,
    idempotencyKey: string | undefined,
    admission: Pick<Admission, 'around'>,
  ): Promise<Resolved> {
    const [messageId, command] = await this.prepare(id, decision, caller, idempotencyKey);
    const handled = await this.messages.rehearse(messageId, command);
    const [first] = handled.events;
    if (first !== undefined) {
      const at = new Date(first.data.occurredAt);
      await admission.around(
        caller,
        (admit) => admitResend(command, handled.before, (request) => admit(request, at)),
        () => true,
      );
    }
    return viewOf(messageId, command, handled);
  }

  private async prepare(
    id: string,
    { outcome, reason }: Decision,
    { actor }: Caller,
    idempotencyKey: string | undefined,
  ): Promise<readonly [messageId: string, command: ResolveCommand]> {
    const messageId = await ownMessageId(this.messages, this.index, id);
    const requestId = await this.ids.ofDecision(messageId, actor, idempotencyKey);
    const resolution = { outcome, reason, by: actor ?? null, requestId };
    return [messageId, { type: 'ResolveOutcome', resolution }];
  }
}

/** Only a message that is sent again needs a part of the limits. */
async function admitResend(
  { resolution }: ResolveCommand,
  message: Message,
  admit: (request: MessageRequest) => Promise<void>,
): Promise<void> {
  if (resolution.outcome !== 'resend' || message.kind !== 'tracked') return;
  // Its time of sending is over: it counts for the day of the decision.
  if (message.request !== null) await admit({ ...message.request, sendAt: null });
}

/** @throws ApplicationError */
function viewOf(
  messageId: string,
  { resolution }: ResolveCommand,
  { events, after, revision }: Handled,
): Resolved {
  if (after.kind === 'unheard-of') throw messageNotFound(messageId);
  const repeated = events.length === 0;
  if (repeated) checkRepeat(after, resolution.outcome, resolution.requestId);
  return { message: viewMessage(messageId, after, revision), repeated };
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
