import type { Consent } from '../../domain/contacts/contact.js';
import type { MessageRequest } from '../../domain/message/message-events.js';
import type { Contacts } from '../contacts/contacts.js';
import { sentenceFor } from '../contacts/suppression-sentence.js';
import { ApplicationError, StoreUnavailable } from '../errors.js';

/** Refuses a send to a recipient who has opted out, unless an administrator overrides it. */
export class ConsentGuard {
  constructor(private readonly contacts: Pick<Contacts, 'suppression'>) {}

  /**
   * While the contacts cannot be read, nothing is refused: the dispatcher asks again when the message is due, and sends
   * nothing without an answer.
   * @throws UndecodableEvent
   */
  async refusal({
    to,
    from: sender,
    channel,
    overrideOptOut,
  }: MessageRequest): Promise<ApplicationError | undefined> {
    if (overrideOptOut !== null) return undefined;
    const suppression = await this.contacts
      .suppression(to, { sender, channel })
      .catch((error: unknown) => {
        if (error instanceof StoreUnavailable) return null;
        throw error;
      });
    return suppression === null ? undefined : optedOut(suppression);
  }
}

const optedOut = (suppression: Consent): ApplicationError =>
  new ApplicationError('recipient-opted-out', `${sentenceFor(suppression)} Nothing is sent.`);
