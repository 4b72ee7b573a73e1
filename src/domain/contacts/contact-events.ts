import type { Fact } from '../fact.js';

/** `error`: a delivery error code says so. `operator`: a person here decided. `api`: a program told us. */
export type ConsentSource = 'keyword' | 'error' | 'operator' | 'api';

/** The reasons to list a contact. `review`: a text that may be a wish to stop. */
export interface Listing {
  readonly kind: 'opted-out' | 'barred' | 'review';
  /** Our sender that it is about; null: all. */
  readonly sender: string | null;
  /** The channel that it is about; null: all. */
  readonly channel: string | null;
}

export interface ConsentFact {
  /** The contact's number, or a channel's own id. The stream's name does not tell it. */
  readonly number: string;
  /** Our sender that it is about; null: all. */
  readonly sender: string | null;
  /** The channel that it is about: a wish concerns all (null), a bar only that of the refused message. */
  readonly channel: string | null;
  readonly source: ConsentSource;
  /** Upper case; null where no word was said. */
  readonly keyword: string | null;
  /** Vonage's code; null where none was reported. */
  readonly errorCode: string | null;
  /** Vonage's `message_uuid` of the message that said it; null where none did. */
  readonly messageUuid: string | null;
  /** In the words of the person who decided. */
  readonly reason: string | null;
  /** Name of the API key; null where no key was used. */
  readonly by: string | null;
  /** The earlier listings that this ends, so that a list follows from the events alone. */
  readonly ends: readonly Listing[];
}

/** Nothing more may be sent to this contact. */
export type OptedOut = Fact<'OptedOut', ConsentFact>;

/** The contact may be written to again. */
export type OptedIn = Fact<'OptedIn', ConsentFact>;

/** Vonage or a carrier delivers nothing to this number. It is not the person's wish. */
export type ContactBarred = Fact<'ContactBarred', ConsentFact>;

/** A text may be a wish to stop, and a person must decide. */
export type OptOutSuspected = Fact<'OptOutSuspected', ConsentFact>;

/** A person has read the suspected text: it is no wish to stop. */
export type OptOutDismissed = Fact<'OptOutDismissed', ConsentFact>;

export type ContactEvent = OptedOut | OptedIn | ContactBarred | OptOutSuspected | OptOutDismissed;
