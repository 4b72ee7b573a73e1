import type { Caller } from '../access/caller.js';
import { WITHDRAWN_BY_REQUEST } from '../../domain/message/message-commands.js';
import { ApplicationError } from '../errors.js';
import type { MessageIndex } from '../ports/message-index.js';
import type { MessageLedger } from '../message-ledger.js';
import { messageNotFound } from '../auditing/message-not-found.js';
import { viewMessage, type MessageView } from '../auditing/message-view.js';
import { ownMessageId } from './own-message-id.js';

/** Withdraws a message that has not been handed to Vonage. */
export class CancelMessage {
  constructor(
    private readonly messages: MessageLedger,
    private readonly index: MessageIndex,
  ) {}

  /**
   * @param id of the message, or Vonage's `message_uuid` of one of its attempts
   * Cancelling a cancelled message succeeds again.
   * @throws ApplicationError `message-not-found`, `message-not-cancellable`
   * @throws StoreUnavailable, AppendOutcomeUnknown
   */
  async execute(id: string, { actor }: Caller): Promise<MessageView> {
    const messageId = await ownMessageId(this.messages, this.index, id);
    const { after, revision } = await this.messages.handle(
      messageId,
      { type: 'CancelMessage', reason: WITHDRAWN_BY_REQUEST },
      { source: 'api', actor },
    );
    if (after.kind === 'unheard-of') throw messageNotFound(messageId);
    if (after.status !== 'cancelled') {
      throw new ApplicationError(
        'message-not-cancellable',
        `The message is ${after.status}: only what is not yet handed to Vonage can be withdrawn.`,
      );
    }
    return viewMessage(messageId, after, revision);
  }
}
