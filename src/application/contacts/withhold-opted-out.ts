import type { Consent } from '../../domain/contacts/contact.js';
import { isDirect } from '../../domain/message/direct-channels.js';
import type { Message } from '../../domain/message/message.js';
import type { MessageLedger } from '../message-ledger.js';
import type { Contacts } from './contacts.js';
import { sentenceFor } from './suppression-sentence.js';

/** The due attempt must not be sent, because its recipient has opted out since the request. */
export class RecipientOptedOut extends Error {
  override readonly name = 'RecipientOptedOut';

  constructor(readonly suppression: Consent) {
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
   * Looks at the recipient of the next attempt, which a fallback step may name, and at that of the whole message.
   * @throws RecipientOptedOut when nothing may be sent
   * @throws StoreUnavailable, UndecodableEvent
   */
  readonly check = async (message: Message): Promise<void> => {
    if (message.kind === 'unheard-of' || message.next === null) return;
    if (message.request === null || message.request.overrideOptOut !== null) return;
    const { to, from, channel } = message.next;
    const routes = [
      { number: to, sender: from },
      { number: message.to, sender: from },
      // An opt-out from the text's sender also stops its e-mail and push steps, whose senders differ.
      ...(isDirect(channel) ? [{ number: message.to, sender: message.from }] : []),
    ];
    for (const { number, sender } of to === message.to ? routes.slice(1) : routes) {
      const suppression = await this.contacts.suppression(number, { sender, channel });
      if (suppression !== null) throw new RecipientOptedOut(suppression);
    }
  };

  /** @throws StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict */
  async withdraw(messageId: string, { message: reason }: RecipientOptedOut): Promise<void> {
    const command = { type: 'CancelMessage', reason } as const;
    await this.messages.handle(messageId, command, { source: 'dispatcher' });
  }
}
