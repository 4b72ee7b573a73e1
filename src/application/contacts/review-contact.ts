import type { Contact } from '../../domain/contacts/contact.js';
import { ApplicationError } from '../errors.js';
import type { Contacts } from './contacts.js';

/** `opt-out`: the text is a wish to stop. `none`: it is not. */
export const reviewOutcomes = ['opt-out', 'none'] as const;
export type ReviewOutcome = (typeof reviewOutcomes)[number];

/** Records what a person makes of a text that may be a wish to stop. */
export class ReviewContact {
  constructor(private readonly contacts: Contacts) {}

  /**
   * Resolves after the commit.
   * @throws ApplicationError `review-not-waiting`; StoreUnavailable, AppendOutcomeUnknown, ConcurrencyConflict
   */
  async execute(
    number: string,
    outcome: ReviewOutcome,
    reason: string,
    actor: string | undefined,
  ): Promise<Contact> {
    const { review } = (await this.contacts.read(number)).contact;
    if (review === null) {
      throw new ApplicationError(
        'review-not-waiting',
        'No text of this contact waits for a person: there was none, or somebody has decided on it already.',
      );
    }
    const declaration = {
      sender: review.sender ?? undefined,
      source: 'operator',
      reason,
      messageUuid: review.messageUuid ?? undefined,
    } as const;
    const type = outcome === 'opt-out' ? 'OptedOut' : 'OptOutDismissed';
    return this.contacts.declare(type, number, declaration, actor);
  }
}
