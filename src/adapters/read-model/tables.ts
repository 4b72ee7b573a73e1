import {
  blob,
  integer,
  integerOrNull,
  table,
  text,
  textOrNull,
  type RowsOf,
  type Table,
} from './table.js';
import type { ProjectionName } from '../../application/ports/projection-store.js';

/** One row: the progress of this copy. Written in the transaction that writes the rows. */
export const progressTable = table(
  'progress',
  { id: integer, position: text, as_of: text, commits: integer },
  { key: ['id'] },
);

export const parkedEventsTable = table(
  'parked_events',
  {
    event_id: text,
    event_type: text,
    stream: text,
    revision: text,
    position: text,
    recorded_at: text,
    error: text,
  },
  { key: ['event_id'], indexes: [{ name: 'parked_events_stream', columns: ['stream'] }] },
);

/**
 * `message_key` orders messages by time: see `message-key.ts`. The facet stands for country, sender,
 * channel, status, error code and contradiction, so one index serves every combination of these filters.
 */
export const messagesTable = table(
  'messages',
  {
    message_key: integer,
    message_id: text,
    facet_id: integer,
    recipient: text,
    // The value begins with the end of the number, so one index serves whole numbers and last digits.
    recipient_reversed: text,
    reference: textOrNull,
    in_reply_to: textOrNull,
    status_since: integer,
    origin: integer,
    segments_requested: integer,
    created_at: integer,
    attempt: integer,
    started_at: integerOrNull,
    submitted_at: integerOrNull,
    delivered_at: integerOrNull,
    network_code: textOrNull,
    error_code: textOrNull,
    segment_count: integerOrNull,
    currency: textOrNull,
    amount: integer,
    message_uuid: textOrNull,
    earlier: textOrNull,
  },
  {
    key: ['message_key'],
    indexes: [
      { name: 'messages_message_id', columns: ['message_id'], unique: true },
      { name: 'messages_facet', columns: ['facet_id', 'message_key'] },
      { name: 'messages_recipient', columns: ['recipient_reversed', 'message_key'] },
      {
        name: 'messages_reference',
        columns: ['reference', 'message_key'],
        whereNotNull: 'reference',
      },
      {
        name: 'messages_in_reply_to',
        columns: ['in_reply_to', 'message_key'],
        whereNotNull: 'in_reply_to',
      },
    ],
  },
);

/** Every combination of filterable values that occurs, with its number of messages. */
export const facetsTable = table(
  'facets',
  {
    facet_id: integer,
    country: textOrNull,
    sender: text,
    channel: text,
    status: text,
    error_code: textOrNull,
    contradicted: integer,
    messages: integer,
  },
  { key: ['facet_id'] },
);

/** Every combination of values that a delivery report can group by, except time. */
export const rollUpKeysTable = table(
  'roll_up_keys',
  {
    key_id: integer,
    country: textOrNull,
    network_code: textOrNull,
    sender: text,
    channel: text,
    status: text,
    error_code: textOrNull,
    currency: textOrNull,
  },
  { key: ['key_id'] },
);

/**
 * The roll-ups, in pages: see `roll-up-page.ts`. A level combines a length of time and a breakdown:
 * `roll-up-breakdown.ts`.
 */
export const rollUpPagesTable = table(
  'roll_up_pages',
  { level: integer, period: integer, page: integer, content: blob },
  { key: ['level', 'period', 'page'] },
);

export const messageIndexTable = table(
  'message_index',
  { message_uuid: text, message_id: text },
  { key: ['message_uuid'] },
);

export const agendaTable = table(
  'agenda',
  {
    message_id: text,
    kind: text,
    attempt: integer,
    due_at: text,
    begun_at: textOrNull,
    lasts_ms: integer,
    line: text,
  },
  {
    key: ['message_id', 'kind', 'attempt'],
    indexes: [
      // With the begin, entries that a step of the clock postponed are passed over in the index alone.
      { name: 'agenda_due', columns: ['kind', 'line', 'due_at', 'message_id', 'begun_at'] },
      { name: 'agenda_begun', columns: ['kind', 'line', 'begun_at', 'lasts_ms'] },
    ],
  },
);

export const inboundTable = table(
  'inbound',
  {
    message_uuid: text,
    occurred_at: integer,
    sender: text,
    recipient: text,
    sender_reversed: text,
    recipient_reversed: text,
    channel: text,
    keyword: textOrNull,
    content: text,
  },
  {
    key: ['message_uuid'],
    indexes: [
      { name: 'inbound_time', columns: ['occurred_at', 'message_uuid'] },
      { name: 'inbound_sender', columns: ['sender_reversed', 'occurred_at', 'message_uuid'] },
      {
        name: 'inbound_recipient',
        columns: ['recipient_reversed', 'occurred_at', 'message_uuid'],
      },
      { name: 'inbound_keyword', columns: ['keyword', 'occurred_at', 'message_uuid'] },
    ],
  },
);

export const quarantineTable = table(
  'quarantine',
  {
    event_id: text,
    received_at: integer,
    webhook: text,
    reason: text,
    sha256: textOrNull,
    stream: text,
    revision: text,
  },
  {
    key: ['event_id'],
    indexes: [{ name: 'quarantine_time', columns: ['received_at', 'event_id'] }],
  },
);

/**
 * The lists of contacts. `listing` names the row: kind, sender and channel. `list` joins the kinds that are shown
 * together.
 */
export const contactListingsTable = table(
  'contact_listings',
  { contact_id: text, listing: text, list: text, since: integer },
  {
    key: ['contact_id', 'listing'],
    indexes: [
      { name: 'contact_listings_list', columns: ['list', 'since', 'contact_id', 'listing'] },
    ],
  },
);

const everyCopy = [progressTable, parkedEventsTable] as const;

/** The tables of a copy of each projection. They are never migrated: a new shape means a new copy, rebuilt. */
export const tablesOf: Readonly<Record<ProjectionName, readonly Table[]>> = {
  messages: [...everyCopy, messagesTable, facetsTable, rollUpKeysTable, rollUpPagesTable],
  'message-index': [...everyCopy, messageIndexTable],
  agenda: [...everyCopy, agendaTable],
  inbound: [...everyCopy, inboundTable],
  quarantine: [...everyCopy, quarantineTable],
  contacts: [...everyCopy, contactListingsTable],
};

/** The copy in use of each projection. Lies outside of all copies, because it decides between them. */
export const copiesTable = table(
  'copies',
  { projection: text, copy: text, version: integer },
  { key: ['projection'] },
);

/** One row: the ledger from which the copies are made. */
export const ledgerTable = table('ledger', { id: integer, identity: text }, { key: ['id'] });

export const catalogTables: readonly Table[] = [copiesTable, ledgerTable];

/** The rows of a copy. Each copy has the tables of its projection only. */
export type CopyTables = RowsOf<
  [
    typeof progressTable,
    typeof parkedEventsTable,
    typeof messagesTable,
    typeof facetsTable,
    typeof rollUpKeysTable,
    typeof rollUpPagesTable,
    typeof messageIndexTable,
    typeof agendaTable,
    typeof inboundTable,
    typeof quarantineTable,
    typeof contactListingsTable,
  ]
>;

export type CatalogTables = RowsOf<[typeof copiesTable, typeof ledgerTable]>;
