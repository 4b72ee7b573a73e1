import type { Consent } from '../../domain/contacts/contact.js';
import { isDirect } from '../../domain/message/direct-channels.js';
import type { MessageCommand } from '../../domain/message/message-commands.js';
import type { Message } from '../../domain/message/message.js';
import type { MessageLedger } from '../message-ledger.js';
import type { Contacts } from './contacts.js';
import { sentenceFor } from './suppression-sentence.js';

/** The due attempt must not be sent, because its recipient has opted out since the request. */
export class RecipientOptedOut extends Error {
  override readonly name = 'RecipientOptedOut';

  /** @param skippedStep the fallback step that alone may not be sent; null: nothing of the message may */
  constructor(
    suppression: Consent,
    readonly skippedStep: number | null,
  ) {
    super(sentenceFor(suppression));
  }
}

/** Withdraws what is due for a recipient who has opted out since the request. */
export class WithholdOptedOut {
  constructor(
    private readonly messages: MessageLedger,
    private readonly contacts: Pick<Contacts, 'suppression'>,
  ) {}

  /**
   * Looks at the person whom the message is for, and at the recipient of the next attempt, which a fallback step may name.
   * @throws RecipientOptedOut when the attempt may not be sent
   * @throws StoreUnavailable, UndecodableEvent
   */
  readonly check = async (message: Message): Promise<void> => {
    if (message.kind === 'unheard-of' || message.next === null) return;
    if (message.request === null || message.request.overrideOptOut !== null) return;
    const { to, from, channel } = message.next;
    const step = message.stepTried === 0 ? null : message.stepTried;
    // An opt-out from the text's sender also stops its e-mail and push steps, whose senders differ.
    for (const sender of isDirect(channel) ? [from, message.from] : [from]) {
      const suppression = await this.contacts.suppression(message.to, { sender, channel });
      if (suppression === null) continue;
      if (suppression.state === 'opted-out') throw new RecipientOptedOut(suppression, null);
      // The person may still get it another way. What bars the person bars nobody else.
      if (to === message.to) throw new RecipientOptedOut(suppression, step);
    }
    if (to === message.to) return;
    const suppression = await this.contacts.suppression(to, { sender: from, channel });
    if (suppression !== null) throw new RecipientOptedOut(suppression, step);
  };

  /**
   * @returns the message after that
   * @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict
   */
  async withdraw(messageId: string, error: RecipientOptedOut): Promise<Message> {
    const { message: reason, skippedStep: step } = error;
    const command: MessageCommand =
      step === null ? { type: 'CancelMessage', reason } : { type: 'SkipStep', step, reason };
    const { after } = await this.messages.handle(messageId, command, { source: 'dispatcher' });
    return after;
  }
}
