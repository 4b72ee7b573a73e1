import type { ContactEvent, Listing } from '../../domain/contacts/contact-events.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { ContactChange, ContactChanges, ProjectionStores } from '../ports/projection-store.js';
import { CONTACT_STREAMS } from '../streams.js';
import type { Projection } from './projection.js';
import { readsNothingPersonal, simpleProjection, type Gathering } from './simple-projection.js';

const listedAs: Readonly<Partial<Record<ContactEvent['type'], Listing['kind']>>> = {
  OptedOut: 'opted-out',
  ContactBarred: 'barred',
  OptOutSuspected: 'review',
};

/** Returns the rows that an event removes and puts, in this order. Pure. */
export function contactChanges({ stream, event, metadata }: RecordedEvent): ContactChanges {
  const contactId = stream.slice(CONTACT_STREAMS.length);
  const { type, data } = event as ContactEvent;
  const { ends, occurredAt, sender, channel } = data;
  const kind = listedAs[type];
  return [
    ...ends.map((over) => ({ contactId, ...over, since: null })),
    { contactId, kind: 'known', sender: null, channel: null, since: metadata.recordedAt },
    ...(kind === undefined ? [] : [{ contactId, kind, sender, channel, since: occurredAt }]),
  ];
}

/** The contacts whose consent was spoken of, by list. */
export const contactsProjection = (stores: ProjectionStores): Projection =>
  simpleProjection(
    'contacts',
    CONTACT_STREAMS,
    stores.contacts,
    gatherListings,
    readsNothingPersonal,
  );

function gatherListings(): Gathering<ContactChanges> {
  const changes = new Map<string, ContactChange>();
  return {
    add(recorded) {
      for (const change of contactChanges(recorded)) {
        const { contactId, kind, sender, channel } = change;
        changes.set(JSON.stringify([contactId, kind, sender, channel]), change);
      }
    },
    changes: () => [...changes.values()],
  };
}
