import type { ContactListing, ProjectionProgress } from './projection-store.js';

/** The lists of contacts. `suppressed` holds opt-outs and bars. */
export type ContactList = 'known' | 'review' | 'suppressed';

/** The start of a page: after the last row of the page before. */
export interface ListingKey {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly contactId: string;
  /** Names the row among those of the contact. */
  readonly listing: string;
}

export interface ListingPage {
  /** Newest first. */
  readonly rows: readonly ContactListing[];
  /** Undefined on the last page. */
  readonly next: ListingKey | undefined;
  /** Undefined while nothing was projected yet. */
  readonly progress: ProjectionProgress | undefined;
}

/** Lists contacts by what is known of their consent. */
export interface ContactListings {
  /** @throws ProjectorUnavailable while the list is made anew */
  list(list: ContactList, after: ListingKey | undefined, rowsMax: number): Promise<ListingPage>;
}
