import { sql } from 'kysely';
import type {
  ContactList,
  ContactListings,
  ListingKey,
  ListingPage,
} from '../../../application/ports/contact-listings.js';
import type {
  ContactChange,
  ContactChanges,
  ContactListing,
  ListingKind,
} from '../../../application/ports/projection-store.js';
import type { Catalog } from '../copies/catalog.js';
import { tableWriter } from '../copies/copy-store.js';
import { progressOf } from '../copies/progress.js';
import type { Copy } from '../copies/read-model-database.js';
import { contactListingsTable, type CopyTables } from '../tables.js';

export class ContactTables implements ContactListings {
  constructor(private readonly catalog: Catalog) {}

  async list(
    list: ContactList,
    after: ListingKey | undefined,
    rowsMax: number,
  ): Promise<ListingPage> {
    const { copy } = await this.catalog.filledCopyOf('contacts');
    const progress = await progressOf(copy);
    const found = await listingStatement(copy, list, after, rowsMax + 1).execute();
    const page = found.slice(0, rowsMax);
    const last = found.length > rowsMax ? page.at(-1) : undefined;
    return {
      rows: page.map(listingOf),
      next: last && { since: last.since, contactId: last.contact_id, listing: last.listing },
      progress,
    };
  }
}

/** Selects the newest rows of a list. */
export function listingStatement(
  { db }: Pick<Copy, 'db'>,
  list: ContactList,
  after: ListingKey | undefined,
  rowsMax: number,
) {
  const newest = db
    .selectFrom('contact_listings')
    .select(['contact_id', 'listing', 'since'])
    .where('list', '=', list)
    .orderBy('since', 'desc')
    .orderBy('contact_id', 'desc')
    .orderBy('listing', 'desc')
    .limit(rowsMax);
  if (after === undefined) return newest;
  const { since, contactId, listing } = after;
  return newest.where(
    sql<boolean>`(since, contact_id, listing) < (${since}, ${contactId}, ${listing})`,
  );
}

const listOf: Readonly<Record<ListingKind, ContactList>> = {
  known: 'known',
  review: 'review',
  'opted-out': 'suppressed',
  barred: 'suppressed',
};

const nameOf = ({ kind, sender, channel }: ContactChange): string =>
  JSON.stringify([kind, sender, channel]);

function listingOf({ contact_id: contactId, listing, since }: Row): ContactListing {
  const [kind, sender, channel] = JSON.parse(listing) as [
    ListingKind,
    string | null,
    string | null,
  ];
  return { contactId, kind, sender, channel, since: new Date(since).toISOString() };
}

type Row = Pick<CopyTables['contact_listings'], 'contact_id' | 'listing' | 'since'>;

export const contactsWriter = tableWriter<ContactChanges>(contactListingsTable, (changes) => ({
  remove: changes.flatMap((change) =>
    change.since === null ? [[change.contactId, nameOf(change)]] : [],
  ),
  put: changes.flatMap((change) => {
    const { contactId, kind, since } = change;
    if (since === null) return [];
    return [[contactId, nameOf(change), listOf[kind], Date.parse(since)]];
  }),
}));
