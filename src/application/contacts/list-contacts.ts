import type { Consent, Contact } from '../../domain/contacts/contact.js';
import { ERASED } from '../../domain/erasure-events.js';
import { InvalidRequest, UndecodableEvent } from '../errors.js';
import type { ContactList, ContactListings, ListingKey } from '../ports/contact-listings.js';
import type { Conversations, Traffic } from '../ports/conversations.js';
import type { ContactListing } from '../ports/projection-store.js';
import type { Freshness } from '../reporting/as-of.js';
import { decodeCursor, encodeCursor } from '../reporting/cursor.js';
import { cursorFault, LIST_LIMIT_DEFAULT, type Page } from '../reporting/message-list.js';
import { summarize, type ContactSummary } from './contact-summary.js';
import type { Contacts } from './contacts.js';

/** A row costs four look-ups, so a page is shorter than that of other lists. */
export const CONTACTS_LIMIT_MAX = 100;
/** The most messages of one direction that a row of a list counts. */
const COUNTED_MAX = 1_000;

export interface ContactsPage<Item> extends Page<Item> {
  /** Rows of the page that are left out, because an event of the contact is damaged. Nothing is sent to it. */
  readonly unreadable: number;
}

export type ListedContacts = ContactsPage<ContactSummary>;

/** Why nothing is sent to a number. */
export interface Suppression extends Omit<Consent, 'state' | 'messageUuid'> {
  readonly number: string;
  readonly state: 'opted-out' | 'barred';
}

export type ListedSuppressions = ContactsPage<Suppression>;

const none: Traffic = { messages: 0, isAtLeast: false, latestAt: null };
const noTraffic = { sent: none, received: none };

/** Lists contacts and suppressions, newest first. */
export class ListContacts {
  constructor(
    private readonly listings: ContactListings,
    private readonly contacts: Contacts,
    private readonly conversations: Conversations,
    private readonly freshness: Freshness,
  ) {}

  /**
   * The contacts whose consent was spoken of. Their consent is read from the ledger, so it is never stale.
   * @param list `review`: only those of which a text waits for a person
   * @throws InvalidRequest for a cursor of another list; StoreUnavailable
   */
  async execute(
    list: 'known' | 'review',
    cursor: string | undefined,
    limit = LIST_LIMIT_DEFAULT,
  ): Promise<ListedContacts> {
    const { rows, ...page } = await this.page(list, cursor, limit);
    const readable = await this.eachReadable(rows, async (_, contact) => {
      const number = contact.number ?? '';
      // The list may not hold the newest decision yet, and nobody can read the text of an erased person.
      const isDecidable = contact.review !== null && number !== ERASED;
      if (list === 'review' && !isDecidable) return undefined;
      // Nobody can tell any more which messages were to or from an erased person.
      return summarize(
        number,
        contact,
        number === ERASED ? noTraffic : await this.conversations.traffic(number, COUNTED_MAX),
        this.contacts.scope,
      );
    });
    return { ...page, ...readable };
  }

  /** @throws InvalidRequest for a cursor of another list */
  async suppressions(
    cursor: string | undefined,
    limit = LIST_LIMIT_DEFAULT,
  ): Promise<ListedSuppressions> {
    const { rows, ...page } = await this.page('suppressed', cursor, limit);
    const readable = await this.eachReadable(rows, async (row, contact) =>
      suppressionOf(row, contact),
    );
    return { ...page, ...readable };
  }

  /**
   * One damaged contact must not hide all others.
   * @param itemOf undefined for a contact that the list does not show
   */
  private async eachReadable<Item>(
    rows: readonly ContactListing[],
    itemOf: (row: ContactListing, contact: Contact) => Promise<Item | undefined>,
  ): Promise<Pick<ContactsPage<Item>, 'items' | 'unreadable'>> {
    let unreadable = 0;
    const items = await Promise.all(
      rows.map(async (row) => {
        try {
          const { contact } = await this.contacts.readById(row.contactId);
          return await itemOf(row, contact);
        } catch (error) {
          if (!(error instanceof UndecodableEvent)) throw error;
          unreadable++;
          return undefined;
        }
      }),
    );
    return { items: items.filter((one) => one !== undefined), unreadable };
  }

  private async page(
    list: ContactList,
    cursor: string | undefined,
    limit: number,
  ): Promise<Omit<Page<never>, 'items'> & { readonly rows: readonly ContactListing[] }> {
    const { rows, next, progress } = await this.listings.list(list, keyOf(list, cursor), limit);
    return {
      rows,
      nextCursor: next ? encodeCursor([next.since, next.contactId, next.listing], list) : null,
      asOf: await this.freshness.asOf(progress),
    };
  }
}

/** Undefined for one that was lifted a moment ago. */
function suppressionOf(
  { kind, sender, channel }: ContactListing,
  { number, general, bySender, bars }: Contact,
): Suppression | undefined {
  const wish = sender === null ? general : bySender.get(sender);
  const word = kind === 'barred' ? bars.get(channel) : wish;
  const state = kind === 'barred' ? kind : 'opted-out';
  if (word?.state !== state || number === null) return undefined;
  const { messageUuid: _, state: __, ...said } = word;
  return { number, state, ...said };
}

function keyOf(list: ContactList, cursor: string | undefined): ListingKey | undefined {
  if (cursor === undefined) return undefined;
  const [since, contactId, listing] = decodeCursor(cursor, list) ?? [];
  if (typeof since === 'number' && typeof contactId === 'string' && typeof listing === 'string') {
    return { since, contactId, listing };
  }
  throw new InvalidRequest([cursorFault]);
}
