import type { Contact, OptOutScope } from '../../domain/contacts/contact.js';
import type { Traffic } from '../ports/conversations.js';
import { viewConsent, type ConsentView } from './consent-view.js';

/** A text that may be a wish to stop, and waits for a person. */
export interface ReviewView {
  /** ISO 8601 UTC: when the text was written. */
  readonly since: string;
  /** The word that raised the doubt. */
  readonly keyword: string | null;
  /** Vonage's name of the inbound message. */
  readonly messageUuid: string | null;
  /** Our sender that it was written to; null: it concerns all. */
  readonly sender: string | null;
}

/** A contact as a list shows it. */
export interface ContactSummary {
  readonly number: string;
  readonly consent: ConsentView;
  readonly review: ReviewView | null;
  readonly counts: {
    readonly sent: number;
    readonly received: number;
    /** There are more than were counted. */
    readonly atLeast: boolean;
  };
  /** The latest message in either direction, ISO 8601 UTC; null where there is none. */
  readonly lastContactAt: string | null;
}

export function summarize(
  number: string,
  contact: Contact,
  { sent, received }: { readonly sent: Traffic; readonly received: Traffic },
  scope: OptOutScope,
): ContactSummary {
  const { review } = contact;
  const latestAt = Math.max(sent.latestAt ?? -Infinity, received.latestAt ?? -Infinity);
  return {
    number,
    consent: viewConsent(contact, number, scope),
    review: review && {
      since: review.since,
      keyword: review.keyword,
      messageUuid: review.messageUuid,
      sender: review.sender,
    },
    counts: {
      sent: sent.messages,
      received: received.messages,
      atLeast: sent.isAtLeast || received.isAtLeast,
    },
    lastContactAt: Number.isFinite(latestAt) ? new Date(latestAt).toISOString() : null,
  };
}
